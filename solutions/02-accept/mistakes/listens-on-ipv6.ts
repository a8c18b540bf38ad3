// Leaves HOST out: Node listens on ::, and IPv4 clients have IPv6 addresses there.
//
// fails: tells a client its address and port
// says: which is every address of the machine

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer((socket) => {
  const { remoteAddress, remotePort, localAddress, localPort } = socket
  socket.end(`you are ${remoteAddress}:${remotePort}, I am ${localAddress}:${localPort}\n`)
  socket.resume()
  socket.on('error', () => {})
})

server.listen(port, () => console.log(`listening on ${host}:${port}`))
