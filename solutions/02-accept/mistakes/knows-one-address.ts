// Has 127.0.0.1 written into its code. It is right until a client comes from anywhere else.
//
// fails: sees that a client comes from another address
// says: instead of

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer((socket) => {
  const { remotePort, localPort } = socket
  socket.end(`you are 127.0.0.1:${remotePort}, I am 127.0.0.1:${localPort}\n`)
  socket.resume()
  socket.on('error', () => {})
})

server.listen(port, host)
