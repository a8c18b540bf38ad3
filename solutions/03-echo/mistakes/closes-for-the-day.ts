// Treats the end of one client as the end of all work, and closes the server after it.
//
// fails: ends when the client ends
// says: carol

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('data', (chunk) => socket.write(chunk))
  socket.on('end', () => {
    socket.end()
    server.close()
  })
  socket.on('error', () => {})
})

server.listen(port, host)
