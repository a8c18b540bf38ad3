// Treats an empty line as the end of what the client has to say.
//
// fails: echoes many messages on one connection
// says: ended

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('data', (chunk) => {
    socket.write(chunk)
    if (chunk.toString().trim() === '') socket.end()
  })
  socket.on('end', () => socket.end())
  socket.on('error', () => {})
})

server.listen(port, host)
