// Greets every client. An echo server speaks only when it is spoken to.
//
// fails: echoes a line
// says: hello

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer({ allowHalfOpen: true }, (socket) => {
  socket.write('welcome to the echo server\n')
  socket.on('data', (chunk) => socket.write(chunk))
  socket.on('end', () => socket.end())
  socket.on('error', () => {})
})

server.listen(port, host)
