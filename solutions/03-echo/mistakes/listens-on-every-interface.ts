// Leaves HOST out: Node listens on every address of the machine, and whoever shares its network can
// connect.
//
// fails: echoes a line
// says: which is every address of the machine

import { createServer } from 'node:net'

const port = Number(process.env.PORT ?? 4000)

const server = createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('data', (chunk) => socket.write(chunk))
  socket.on('end', () => socket.end())
  socket.on('error', () => {})
})

server.listen(port)
