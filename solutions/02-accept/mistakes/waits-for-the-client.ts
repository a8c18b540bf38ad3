// Speaks only when spoken to. A client that waits for the line and a server that waits for the
// client wait for ever.
//
// fails: tells a client its address and port
// says: nothing

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer((socket) => {
  const { remoteAddress, remotePort, localAddress, localPort } = socket
  socket.once('data', () => {
    socket.end(`you are ${remoteAddress}:${remotePort}, I am ${localAddress}:${localPort}\n`)
  })
  socket.on('error', () => {})
})

server.listen(port, host)
