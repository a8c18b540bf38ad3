// Splits each chunk at its newlines and answers every piece, the unfinished last one too.
//
// fails: answers one line that comes in many segments
// says: byte 3 was LF (0A)

import { createServer, type Socket } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

createServer({ allowHalfOpen: true }, serve).listen(port, host)

function serve(socket: Socket): void {
  let count = 0

  socket.on('data', (chunk) => {
    for (const line of chunk.toString().split(/\r?\n/)) {
      if (line === '') continue
      count += 1
      socket.write(`${count} ${line}\n`)
    }
  })
  socket.on('end', () => socket.end())
  socket.on('error', () => {})
}
