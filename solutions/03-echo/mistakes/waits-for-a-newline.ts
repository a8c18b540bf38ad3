// Keeps what has come until a newline completes it. TCP carries bytes; only this server thinks that
// a line is a message.
//
// fails: echoes text that has no newline
// says: nothing

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer({ allowHalfOpen: true }, (socket) => {
  let pending: Buffer = Buffer.alloc(0)
  socket.on('data', (chunk) => {
    pending = Buffer.concat([pending, chunk])
    const complete = pending.lastIndexOf('\n') + 1
    socket.write(pending.subarray(0, complete))
    pending = pending.subarray(complete)
  })
  socket.on('end', () => socket.end(pending))
  socket.on('error', () => {})
})

server.listen(port, host)
