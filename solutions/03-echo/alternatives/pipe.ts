// A stream that is piped into itself: pipe() reads, writes, waits for the slow and passes the end
// on.

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer({ allowHalfOpen: true }, (socket) => {
  socket.pipe(socket)
  socket.on('error', () => {})
})

server.listen(port, host)
