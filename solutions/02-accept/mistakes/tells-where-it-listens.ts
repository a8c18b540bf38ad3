// Tells the address that it listens on. With 0.0.0.0, which is all of them, no client learns which
// one it has reached.
//
// fails: tells a client which address and port it has reached
// says: I am 0.0.0.0

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer((socket) => {
  const { remoteAddress, remotePort } = socket
  socket.end(`you are ${remoteAddress}:${remotePort}, I am ${host}:${port}\n`)
  socket.resume()
  socket.on('error', () => {})
})

server.listen(port, host)
