// Sends the text without the newline that makes it a line.
//
// fails: tells a client its address and port
// says: line feed

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer((socket) => {
  const { remoteAddress, remotePort, localAddress, localPort } = socket
  socket.end(`you are ${remoteAddress}:${remotePort}, I am ${localAddress}:${localPort}`)
  socket.resume()
  socket.on('error', () => {})
})

server.listen(port, host)
