// Reads on only after 'drain'. That event comes only after a write() that returned false: here it
// never comes.
//
// fails: echoes each byte before the next is sent
// says: nothing

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('data', (chunk) => {
    socket.write(chunk)
    socket.pause()
    socket.once('drain', () => socket.resume())
  })
  socket.on('end', () => socket.end())
  socket.on('error', () => {})
})

server.listen(port, host)
