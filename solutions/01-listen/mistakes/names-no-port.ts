// Says that the port is in use, but not which port.
//
// fails: exits with code 1 when its port is taken, and says so in one line
// says: lacks

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer((socket) => {
  socket.resume()
  socket.on('error', () => {})
})

server.on('error', () => {
  console.error('the port is already in use')
  process.exitCode = 1
})

server.listen(port, host)
