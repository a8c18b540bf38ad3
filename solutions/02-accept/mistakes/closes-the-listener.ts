// Closes the server instead of the connection: the listening socket is gone, and with it the
// clients that waited there.
//
// fails: tells each of several clients its own address and port
// says: bob

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer((socket) => {
  const { remoteAddress, remotePort, localAddress, localPort } = socket
  server.close()
  socket.end(`you are ${remoteAddress}:${remotePort}, I am ${localAddress}:${localPort}\n`)
  socket.resume()
  socket.on('error', () => {})
})

server.listen(port, host)
