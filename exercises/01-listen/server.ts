// 01 Listen: a process that waits.
//
// Listen on HOST:PORT and stay up. Take every client that comes, say nothing, and let it go when it
// goes. If the port is taken, say so in one line on stderr and exit with code 1.

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

// The socket that will listen. It has an 'error' event, for what goes wrong before it does.
const server = createServer((socket) => {
  // One call for each client. This socket has an 'error' event of its own.
  console.log(`a client has come from port ${socket.remotePort}`)
})

// TODO: make it listen, see to both errors.

console.log(`${host}:${port}: ${server.listening ? 'listening' : 'nobody listens here yet'}`)
