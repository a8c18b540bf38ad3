// 11 Chat: everyone hears everyone.
//
// Let clients join under a nickname, and pass what one says on to all the others.

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

// What all clients share goes here: who is in the room?

// Called once for each client: `socket` is the connection to that one client.
const server = createServer((socket) => {
  // What belongs to this client alone goes here.

  socket.on('data', (chunk) => {
    // TODO: take the lines out of what has come, as in 06. The first is a nickname, each later one
    // a message.
    void chunk
  })

  // A client may leave in more than one way, and the others are told once.
})

server.listen(port, host)
