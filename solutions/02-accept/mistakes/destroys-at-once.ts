// Closes at once. What the client has said is unread, so the kernel sends RST instead of FIN.
//
// fails: ends with FIN, not RST, although the client has spoken
// says: (RST)

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)
const server = createServer((socket) => {
  const { remoteAddress, remotePort, localAddress, localPort } = socket
  socket.write(`you are ${remoteAddress}:${remotePort}, I am ${localAddress}:${localPort}\n`)
  socket.destroy()
  socket.on('error', () => {})
})
server.listen(port, host)
