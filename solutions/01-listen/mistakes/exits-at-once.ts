// Says that it listens, and ends: a script that runs to its end, not a server.
//
// fails: accepts a connection on the port that it was given
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
  process.exitCode = 1
})

server.listen(port, host, () => {
  console.log(`listening on ${host}:${port}`)
  process.exit()
})
