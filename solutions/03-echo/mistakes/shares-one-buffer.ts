// Sends all clients through one and the same stream: everybody is sent everybody's bytes.
//
// fails: serves many clients at once, and keeps them apart
// says: alice

import { createServer } from 'node:net'
import { PassThrough } from 'node:stream'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const buffer = new PassThrough()

const server = createServer({ allowHalfOpen: true }, (socket) => {
  socket.pipe(buffer).pipe(socket)
  socket.on('error', () => {})
})

server.listen(port, host)
