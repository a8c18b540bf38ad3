// Calls itself for each line: with 25,000 lines in one chunk the stack is full.
//
// fails: answers 200,000 short lines in one go, in order
// says: Maximum call stack size exceeded

import { createServer, type Socket } from 'node:net'

const MAX_LINE_BYTES = 65_536
const LF = 0x0a
const CR = 0x0d

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

createServer(serve).listen(port, host)

function serve(socket: Socket): void {
  let count = 0
  let rest: Buffer = Buffer.alloc(0)

  socket.on('data', read)
  socket.on('end', () => {
    if (rest.length > 0) answer(rest)
  })
  socket.on('error', () => {})

  function read(chunk: Buffer): void {
    rest = Buffer.concat([rest, chunk])

    next()
    if (rest.length > MAX_LINE_BYTES) refuse()
  }

  function next(): void {
    const end = rest.indexOf(LF)
    if (end === -1 || end > MAX_LINE_BYTES) return
    answer(rest.subarray(0, end))
    rest = rest.subarray(end + 1)
    next()
  }

  function answer(line: Buffer): void {
    count += 1
    const text = line.at(-1) === CR ? line.subarray(0, -1) : line
    socket.write(`${count} ${text.toString('latin1')}\n`, 'latin1')
  }

  function refuse(): void {
    rest = Buffer.alloc(0)
    socket.off('data', read)
    socket.resume()
    socket.end('error line too long\n')
  }
}
