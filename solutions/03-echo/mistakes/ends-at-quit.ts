// Treats a word as the end, as programs do that people type into. To echo, it is a line like the
// others.
//
// fails: echoes many messages on one connection
// says: quit

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('data', (chunk) => {
    if (['quit', 'exit'].includes(chunk.toString().trim())) socket.end()
    else socket.write(chunk)
  })
  socket.on('end', () => socket.end())
  socket.on('error', () => {})
})

server.listen(port, host)
