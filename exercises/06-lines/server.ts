// 06 Lines: where does a message end?
//
// Number each line that a client sends, and send it back.

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

// Called once for each client: `socket` is the connection to that one client.
const server = createServer((socket) => {
  // What you have to remember about this client from one chunk to the next goes here.

  socket.on('data', (chunk) => {
    // A chunk is whatever has arrived: half a line, three lines, half a character.
    // TODO: answer the lines that are complete.
    void chunk
  })

  // What happens when the client ends, and when its connection breaks, goes here.
})

server.listen(port, host)
