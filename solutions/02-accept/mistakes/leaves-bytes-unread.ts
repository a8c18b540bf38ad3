// Ends its side and reads nothing. The client's FIN comes after what the client has said, so nobody
// ever sees it, and the socket stays.
//
// needs: /proc
// fails: lets go of a client that has spoken and left
// says: connections that are over were not closed

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer((socket) => {
  const { remoteAddress, remotePort, localAddress, localPort } = socket
  // end() sends the line, then FIN. Until the client's FIN has come too, the socket stays.
  socket.end(`you are ${remoteAddress}:${remotePort}, I am ${localAddress}:${localPort}\n`)
  // The client left without waiting: nothing to do, but somebody has to listen.
  socket.on('error', () => {})
})

server.listen(port, host)
