// Copies each chunk into a buffer of 1024 bytes, and what does not fit is gone.
//
// fails: echoes 4 MiB while it is still being sent
// says: byte 1,024

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('data', (chunk) => {
    const buffer = Buffer.alloc(1024)
    const length = chunk.copy(buffer)
    socket.write(buffer.subarray(0, length))
  })
  socket.on('end', () => socket.end())
  socket.on('error', () => {})
})

server.listen(port, host)
