// Treats one client's error as the end of the whole server.
//
// fails: keeps listening after a client that left without reading
// says: should

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer((socket) => {
  const { remoteAddress, remotePort, localAddress, localPort } = socket
  socket.end(`you are ${remoteAddress}:${remotePort}, I am ${localAddress}:${localPort}\n`)
  socket.resume()
  socket.on('error', () => server.close())
})

server.listen(port, host)
