// Keeps its own direction open after the client has closed the other. The client waits for the
// rest, and the server keeps a socket for a client that is done.
//
// fails: ends when the client ends
// says: FIN

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('data', (chunk) => socket.write(chunk))
  socket.on('error', () => {})
})

server.listen(port, host)
