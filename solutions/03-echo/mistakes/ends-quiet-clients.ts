// Assumes that a client that has been quiet for two seconds has left, and ends the connection.
//
// needs: /proc
// fails: waits for a slow reader before it ends
// says: bob

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('data', (chunk) => socket.write(chunk))
  socket.on('end', () => socket.end())
  socket.on('error', () => {})
  socket.setTimeout(2000, () => socket.end())
})

server.listen(port, host)
