// destroy() closes the socket at once, and throws away what is still waiting to be written.
//
// fails: waits for a slow reader before it ends
// says: ended

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('data', (chunk) => socket.write(chunk))
  socket.on('end', () => socket.destroy())
  socket.on('error', () => {})
})

server.listen(port, host)
