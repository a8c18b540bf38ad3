// Says what is wrong, and exits with code 0: to a shell, that is success.
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

server.on('error', (error) => {
  console.error(error.message)
  process.exit()
})

server.listen(port, host)
