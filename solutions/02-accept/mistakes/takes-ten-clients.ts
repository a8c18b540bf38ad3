// Has room for ten. A client that stays keeps its place, and a client that comes when all are taken
// is sent away.
//
// fails: tells each of several clients its own address and port
// says: guest

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer((socket) => {
  const { remoteAddress, remotePort, localAddress, localPort } = socket
  socket.end(`you are ${remoteAddress}:${remotePort}, I am ${localAddress}:${localPort}\n`)
  socket.resume()
  socket.on('error', () => {})
})

server.maxConnections = 10

server.listen(port, host)
