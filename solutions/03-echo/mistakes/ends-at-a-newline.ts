// Ends the connection after one line, as if a connection were good for one message.
//
// fails: echoes many messages on one connection
// says: ended

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('data', (chunk) => {
    socket.write(chunk)
    if (chunk.at(-1) === 0x0a) socket.end()
  })
  socket.on('end', () => socket.end())
  socket.on('error', () => {})
})

server.listen(port, host)
