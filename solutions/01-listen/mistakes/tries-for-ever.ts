// Tries again every half second, in silence. Whoever started it waits, and never learns what for.
//
// fails: exits with code 1 when its port is taken, and says so in one line
// says: still running

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer((socket) => {
  socket.resume()
  socket.on('error', () => {})
})

server.on('error', () => {
  setTimeout(() => server.listen(port, host), 500)
})

server.listen(port, host)
