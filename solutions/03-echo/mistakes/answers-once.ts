// One question, one answer, goodbye: ends the connection after the first chunk.
//
// fails: echoes each byte before the next is sent
// says: ended

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer({ allowHalfOpen: true }, (socket) => {
  socket.once('data', (chunk) => socket.end(chunk))
  socket.on('error', () => {})
})

server.listen(port, host)
