// Treats the first chunk as the whole message, and never reads again.
//
// fails: echoes each byte before the next is sent
// says: nothing

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer({ allowHalfOpen: true }, (socket) => {
  socket.once('data', (chunk) => socket.write(chunk))
  socket.on('end', () => socket.end())
  socket.on('error', () => {})
})

server.listen(port, host)
