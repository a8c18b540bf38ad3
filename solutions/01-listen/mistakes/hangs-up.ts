// Accepts a client and hangs up at once.
//
// fails: keeps several clients connected at once
// says: ended the connection

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer((socket) => {
  socket.end()
  socket.resume()
  socket.on('error', () => {})
})

server.on('error', (error) => {
  console.error(error.message)
  process.exitCode = 1
})

server.listen(port, host)
