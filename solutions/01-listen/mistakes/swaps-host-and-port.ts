// Gives listen() the address first: a string there is the path of a Unix socket, a file and not a
// port.
//
// fails: accepts a connection on the port that it was given
// says: listens on a Unix socket

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer((socket) => {
  socket.on('error', (error) => console.log(error.message))
  socket.resume()
})

server.on('error', (error) => {
  console.error(error.message)
  process.exit(1)
})

server.listen(host, port)
