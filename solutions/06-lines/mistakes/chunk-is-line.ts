// Treats every chunk as one line.
//
// fails: answers three lines that come in one segment
// says: instead of "2" (32)

import { createServer, type Socket } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

createServer({ allowHalfOpen: true }, serve).listen(port, host)

function serve(socket: Socket): void {
  let count = 0

  socket.on('data', (chunk) => {
    count += 1
    socket.write(`${count} ${chunk.toString().replace(/\r?\n$/, '')}\n`)
  })
  socket.on('end', () => socket.end())
  socket.on('error', () => {})
}
