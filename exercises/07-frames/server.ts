// 07 Frames: length first.
//
// Answer each frame: a length, an op, the operands.

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

// Called once for each client: `socket` is the connection to that one client.
const server = createServer((socket) => {
  // What has come so far of this client's next frame goes here.

  socket.on('data', (chunk) => {
    // A chunk may be one byte of a header, or the end of a frame and nine whole ones.
    // TODO: answer the frames that are complete.
    void chunk
  })

  // What happens when the connection breaks goes here.
})

server.listen(port, host)

// The functions that read a request and make an answer go here.
