// The shortest one: without allowHalfOpen, Node answers the client's FIN with our FIN by itself,
// after what has been written by then. It is enough here, because each answer is written as its
// bytes come.

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer((socket) => {
  socket.on('data', (chunk) => socket.write(chunk))
  socket.on('error', () => {})
})

server.listen(port, host)
