// Closes the descriptor at the end of a connection, but not where read() failed.
//
// needs: /proc
// fails: gives back the descriptors of 200 clients that left
// says: connections that are over were not closed

import * as libc from './libc.ts'

const { HOST = '127.0.0.1', PORT = '4000' } = process.env
const BACKLOG = 128
const buffer = new Uint8Array(65_536)

const listening = listenOn(HOST, Number(PORT))
while (true) {
  const connected = libc.accept(listening)
  try {
    echo(connected)
    libc.close(connected)
  } catch (error) {
    if (!(error instanceof libc.LibcError)) throw error
    console.error(error.message)
  }
}

function listenOn(host: string, port: number): number {
  const { AF_INET, SOCK_STREAM, SOL_SOCKET, SO_REUSEADDR } = libc
  const fd = libc.socket(AF_INET, SOCK_STREAM, 0)
  libc.setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, 1)
  try {
    libc.bind(fd, {
      sin_family: AF_INET,
      sin_port: libc.htons(port),
      sin_addr: libc.inet_addr(host),
    })
    libc.listen(fd, BACKLOG)
  } catch (error) {
    if (!(error instanceof libc.LibcError)) throw error
    console.error(`${host}:${port}: ${error.message}`)
    process.exit(1)
  }
  return fd
}

function echo(fd: number): void {
  let received = libc.read(fd, buffer)
  while (received > 0) {
    writeAll(fd, buffer.subarray(0, received))
    received = libc.read(fd, buffer)
  }
}

function writeAll(fd: number, bytes: Uint8Array): void {
  let written = 0
  while (written < bytes.length) written += libc.write(fd, bytes.subarray(written))
}
