// Says on which port it cannot listen, but not why.
//
// fails: exits with code 1 when its port is taken, and says so in one line
// says: its line does not say that it is taken

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer((socket) => {
  socket.resume()
  socket.on('error', () => {})
})

server.on('error', () => {
  console.error(`cannot listen on port ${port}`)
  process.exit(1)
})

server.listen(port, host)
