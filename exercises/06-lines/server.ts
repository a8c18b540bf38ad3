// 06 Lines: where does a message end?
//
// Number each line that a client sends, and send it back.

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

// Called once for each client: `socket` is the connection to that one client.
const server = createServer((socket) => {
  // What has to be remembered of this client from one chunk to the next belongs here.

  socket.on('data', (chunk) => {
    // A chunk is what has come by now: half a line, three lines, half a character.
    // TODO: answer the lines that are whole.
    void chunk
  })

  // What has to happen when the client ends, and when its connection breaks, belongs here.
})

server.listen(port, host)
