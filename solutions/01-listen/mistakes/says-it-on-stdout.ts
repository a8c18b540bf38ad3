// Says what is wrong where nobody looks for it: stdout is for results, stderr for what went wrong.
//
// fails: exits with code 1 when its port is taken, and says so in one line
// says: printed nothing there

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer((socket) => {
  socket.resume()
  socket.on('error', () => {})
})

server.on('error', (error) => {
  console.log(error.message)
  process.exitCode = 1
})

server.listen(port, host)
