// Listens on a port that was meant for trying it by hand, and then on PORT. A second server cannot
// run beside it.
//
// fails: runs twice, each time on the port that it was given
// says: exited

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

// The same port for all that one check starts, and another for the check beside it.
const second = 20_000 + (process.ppid % 10_000)
createServer().listen(second, host, () => server.listen(port, host))
