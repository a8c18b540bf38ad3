// Removes the CR before it counts: the limit is for everything before the LF, and that includes the
// CR.
//
// fails: counts the bytes of a line, not its characters
// says: was "1" (31) instead of "e" (65)

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

    socket.cork()
    let end = rest.indexOf(LF)
    while (end !== -1 && textOf(rest.subarray(0, end)).length <= MAX_LINE_BYTES) {
      answer(rest.subarray(0, end))
      rest = rest.subarray(end + 1)
      end = rest.indexOf(LF)
    }
    socket.uncork()

    if (textOf(rest).length > MAX_LINE_BYTES) refuse()
  }

  function answer(line: Buffer): void {
    count += 1
    socket.write(`${count} ${textOf(line).toString('latin1')}\n`, 'latin1')
  }

  function refuse(): void {
    rest = Buffer.alloc(0)
    socket.off('data', read)
    socket.resume()
    socket.end('error line too long\n')
  }
}

function textOf(line: Buffer): Buffer {
  return line.at(-1) === CR ? line.subarray(0, -1) : line
}
