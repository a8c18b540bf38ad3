// Listens on a port of its own choice and never looks at PORT.
//
// fails: accepts a connection on the port that it was given
// says: listens on 127.0.0.1:3210

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = 3210

const server = createServer((socket) => {
  socket.resume()
  socket.on('error', () => {})
})

server.on('error', (error) => {
  console.error(error.message)
  process.exitCode = 1
})

server.listen(port, host)
