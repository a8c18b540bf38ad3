// 05 Syscalls: the same dance, with no runtime in between.
//
// The echo server of 03 again, written with the calls of the C library. ./libc.ts has all of them.
// One client at a time. Every call blocks until it has something to return, so the order of the
// lines below is the order of what happens.

import * as libc from './libc.ts'

const { HOST = '127.0.0.1', PORT = '4000' } = process.env

const listening = libc.socket(libc.AF_INET, libc.SOCK_STREAM, 0)
console.log(`Descriptor ${listening} is a socket. It should listen on ${HOST}:${PORT}.`)

// TODO: so far nobody can connect.
//   - give the socket its address, and make it listen; if the port is taken, say EADDRINUSE and
//     exit with code 1
//   - client after client: accept the connection, echo until its end, close its descriptor
