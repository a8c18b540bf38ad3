// Nobody listens to the socket's 'error'. A client that resets its connection ends the server.
//
// fails: stays up when its last client has left
// says: exited with code 1

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer((socket) => {
  socket.resume()
})

server.on('error', (error) => {
  console.error(error.message)
  process.exitCode = 1
})

server.listen(port, host)
