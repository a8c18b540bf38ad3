// Says in words of its own that the port is not free.

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer((socket) => {
  socket.on('data', () => {})
  socket.on('error', () => {})
})

server.on('error', () => {
  console.error(`port ${port} is taken by another process`)
  process.exit(1)
})

server.listen(port, host)
