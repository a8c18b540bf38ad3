// Ends every connection that it has when one of its clients ends.
//
// fails: ends when the client ends
// says: bob

import { createServer, type Socket } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const sockets = new Set<Socket>()

const server = createServer({ allowHalfOpen: true }, (socket) => {
  sockets.add(socket)
  socket.on('data', (chunk) => socket.write(chunk))
  socket.on('end', () => {
    for (const each of sockets) each.end()
  })
  socket.on('error', () => {})
})

server.listen(port, host)
