// Nobody listens to the server's 'error': EADDRINUSE ends the process with a stack trace.
//
// fails: exits with code 1 when its port is taken, and says so in one line
// says: stack trace

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer((socket) => {
  socket.resume()
  socket.on('error', () => {})
})

server.listen(port, host)
