// Tells both ends with the client's port.
//
// fails: tells a client which address and port it has reached
// says: instead of

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer((socket) => {
  const { remoteAddress, remotePort, localAddress } = socket
  socket.end(`you are ${remoteAddress}:${remotePort}, I am ${localAddress}:${remotePort}\n`)
  socket.resume()
  socket.on('error', () => {})
})

server.listen(port, host)
