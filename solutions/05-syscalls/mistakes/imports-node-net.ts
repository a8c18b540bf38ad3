// The runtime's echo: right answers, but bind, accept and read are called by somebody else.
//
// fails: calls libc, not node:net
// says: node:net

import { createServer } from 'node:net'

const { HOST = '127.0.0.1', PORT = '4000' } = process.env

const server = createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('error', () => {})
  socket.pipe(socket)
})
server.on('error', (error) => {
  console.error(`${HOST}:${PORT}: ${error.message}`)
  process.exit(1)
})
server.listen(Number(PORT), HOST)
