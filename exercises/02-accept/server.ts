// 02 Accept: one socket listens, another talks.
//
// Tell each client who it is and which address it has reached, then end the connection:
//
//   you are 127.0.0.1:54321, I am 127.0.0.1:4000

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

// Called once for each client: `socket` is the connection to that one client.
const server = createServer((socket) => {
  // TODO: send the line, end the connection, and handle a client that has already left.
  socket.destroy() // This hangs up on everybody: it has to go.
})

server.listen(port, host)
