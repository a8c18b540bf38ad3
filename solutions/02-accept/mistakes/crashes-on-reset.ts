// Nobody listens to the socket's 'error'. A client that leaves with RST ends the process.
//
// fails: keeps listening after a client that left without reading
// says: exited

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer((socket) => {
  const { remoteAddress, remotePort, localAddress, localPort } = socket
  socket.end(`you are ${remoteAddress}:${remotePort}, I am ${localAddress}:${localPort}\n`)
  socket.resume()
})

server.listen(port, host)
