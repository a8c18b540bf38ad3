// 01 Listen: a process that waits.
//
// Listen on HOST:PORT and stay up. Accept every client, say nothing to it, and end its connection
// when it does. If the port is taken, say so in one line on stderr and exit with code 1.

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

// The socket that will listen. It has an 'error' event, for a `listen` that fails.
const server = createServer((socket) => {
  // Called once for each client. This socket has an 'error' event of its own.
  console.log(`a client has connected from port ${socket.remotePort}`)
})

// TODO: make the server listen, and handle both errors.

console.log(`${host}:${port}: ${server.listening ? 'listening' : 'nobody listens here yet'}`)
