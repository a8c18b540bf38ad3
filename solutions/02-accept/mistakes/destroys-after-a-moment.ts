// Gives the line a moment to get out, and closes. What the client has said and nobody has read
// makes the kernel send RST instead of FIN.
//
// fails: ends with FIN, not RST, although the client has spoken
// says: reset the connection

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer((socket) => {
  const { remoteAddress, remotePort, localAddress, localPort } = socket
  socket.write(`you are ${remoteAddress}:${remotePort}, I am ${localAddress}:${localPort}\n`)
  setTimeout(() => socket.destroy(), 250)
  socket.on('error', () => {})
})

server.listen(port, host)
