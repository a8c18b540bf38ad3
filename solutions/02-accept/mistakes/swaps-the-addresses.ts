// Takes local to be the client and remote to be itself. Here, local is the server.
//
// fails: tells a client its address and port
// says: you are

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer((socket) => {
  const { remoteAddress, remotePort, localAddress, localPort } = socket
  socket.end(`you are ${localAddress}:${localPort}, I am ${remoteAddress}:${remotePort}\n`)
  socket.resume()
  socket.on('error', () => {})
})

server.listen(port, host)
