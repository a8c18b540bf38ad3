// Decodes every chunk as UTF-8 text. Bytes that are not valid UTF-8 become U+FFFD, three bytes: EF
// BF BD.
//
// fails: echoes every byte value
// says: byte 128

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('data', (chunk) => socket.write(chunk.toString()))
  socket.on('end', () => socket.end())
  socket.on('error', () => {})
})

server.listen(port, host)
