// Leaves the address out: Node listens on every address of the machine, for everybody who can reach
// it.
//
// fails: accepts a connection on the port that it was given
// says: which is every address of the machine

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

server.listen(port, () => console.log(`listening on ${host}:${port}`))
