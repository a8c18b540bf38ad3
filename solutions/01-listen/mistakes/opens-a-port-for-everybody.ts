// Opens a second socket for a status page: on a port of its own, and on every address of the
// machine.
//
// fails: accepts a connection on the port that it was given
// says: too, which is every address of the machine

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer((socket) => {
  socket.resume()
  socket.on('error', () => {})
})

server.on('error', (error) => {
  console.error(error.message)
  process.exit(1)
})

createServer((socket) => socket.end('fine\n')).listen(0)
server.listen(port, host, () => console.log(`listening on ${host}:${port}`))
