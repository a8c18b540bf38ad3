// Hangs up with RST instead of FIN: 'something went wrong' instead of 'that was all'.
//
// fails: ends when the client ends
// says: RST

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('data', (chunk) => socket.write(chunk))
  socket.on('end', () => socket.resetAndDestroy())
  socket.on('error', () => {})
})

server.listen(port, host)
