// Has room for twenty, and hangs up on everybody who comes while they are there.
//
// fails: serves many clients at once, and keeps them apart
// says: guest

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('data', (chunk) => socket.write(chunk))
  socket.on('end', () => socket.end())
  socket.on('error', () => {})
})

server.maxConnections = 20

server.listen(port, host)
