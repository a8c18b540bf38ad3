// 07 Frames: length first.
//
// Answer each frame: a length, an op, the operands.

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

// Called once for each client: `socket` is the connection to that one client.
const server = createServer((socket) => {
  // What has come of this client's next frame belongs here.

  socket.on('data', (chunk) => {
    // A chunk may be one byte of a header, or the end of a frame and nine whole ones.
    // TODO: answer the frames that are whole.
    void chunk
  })

  // What has to happen when the connection breaks belongs here.
})

server.listen(port, host)

// What reads a request and what makes an answer belongs here: Buffer has methods for integers of all sizes.
