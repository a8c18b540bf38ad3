// Listens to the server's 'error' and does nothing. Nothing keeps the process up, and it exits as
// if all were well.
//
// fails: exits with code 1 when its port is taken, and says so in one line
// says: exited with code 0

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer((socket) => {
  socket.resume()
  socket.on('error', () => {})
})

server.on('error', () => {})

server.listen(port, host)
