// Takes a client's words to mean that it is leaving, and hangs up.
//
// fails: says nothing to a client that speaks
// says: ended the connection

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer((socket) => {
  socket.on('data', () => socket.end())
  socket.on('error', () => {})
})

server.on('error', (error) => {
  console.error(error.message)
  process.exitCode = 1
})

server.listen(port, host)
