import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer((socket) => {
  const { remoteAddress, remotePort, localAddress, localPort } = socket
  // end() sends the line, then FIN. Until the client's FIN has come too, the socket stays.
  socket.end(`you are ${remoteAddress}:${remotePort}, I am ${localAddress}:${localPort}\n`)
  // Whatever the client says is read and dropped. A socket that is closed with bytes unread answers
  // with RST, and the client may lose the line that it has not read yet.
  socket.resume()
  // The client left without waiting: nothing to do, but somebody has to listen.
  socket.on('error', () => {})
})

server.listen(port, host)
