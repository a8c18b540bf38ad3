// Never reads what its clients say, so it never gets to the FIN after it: a client that has spoken
// is never let go.
//
// fails: says nothing to a client that speaks
// says: end alice's connection (FIN), but kept it open

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer((socket) => {
  socket.on('error', () => {})
})

server.on('error', (error) => {
  console.error(error.message)
  process.exit(1)
})

server.listen(port, host)
