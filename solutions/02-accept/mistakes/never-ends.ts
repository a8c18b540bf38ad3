// Sends the line and leaves the connection open. The client cannot know that this was all.
//
// fails: ends the connection with FIN after the line
// says: kept it open

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer((socket) => {
  const { remoteAddress, remotePort, localAddress, localPort } = socket
  socket.write(`you are ${remoteAddress}:${remotePort}, I am ${localAddress}:${localPort}\n`)
  socket.resume()
  socket.on('error', () => {})
})

server.listen(port, host)
