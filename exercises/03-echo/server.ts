// 03 Echo: read, write.
//
// Send back every byte that a client sends, until the client ends.

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

// Called once for each client: `socket` is the connection to that one client.
// With allowHalfOpen, your side stays open when the client has ended, until you end it.
const server = createServer({ allowHalfOpen: true }, (socket) => {
  // Three things can happen on a connection: bytes come, the client ends, or the connection breaks.
  // TODO: handle each of the three.
  socket.destroy() // This hangs up on everybody: it has to go.
})

server.listen(port, host)
