// Creates a server and forgets to make it listen. Nothing keeps the process up.
//
// fails: accepts a connection on the port that it was given
// says: exited with code 0

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer((socket) => {
  socket.resume()
  socket.on('error', () => {})
})

server.on('error', (error) => {
  console.error(error.message)
  process.exitCode = 1
})

console.log(`listening on ${host}:${port}: ${server.listening}`)
