// Answers one client's error by closing the server, so that nobody else can connect.
//
// fails: survives a client that resets
// says: refused

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('data', (chunk) => socket.write(chunk))
  socket.on('end', () => socket.end())
  socket.on('error', () => server.close())
})

server.listen(port, host)
