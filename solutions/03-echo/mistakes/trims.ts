// Trims what it has read, and the newline is gone.
//
// fails: echoes a line
// says: hello

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('data', (chunk) => socket.write(chunk.toString('latin1').trim(), 'latin1'))
  socket.on('end', () => socket.end())
  socket.on('error', () => {})
})

server.listen(port, host)
