// Answers half a line when nothing has come for a second, as if a pause were the end of it.
//
// needs: /proc
// fails: takes no pause for the end of a line
// says: was LF (0A) instead of "!"

import { createServer, type Socket } from 'node:net'

const MAX_LINE_BYTES = 65_536
const LF = 0x0a
const CR = 0x0d

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

createServer(serve).listen(port, host)

function serve(socket: Socket): void {
  let count = 0
  let pause: NodeJS.Timeout | undefined
  let rest: Buffer = Buffer.alloc(0)

  socket.on('data', read)
  socket.on('end', answerRest)
  socket.on('error', () => {})

  function read(chunk: Buffer): void {
    clearTimeout(pause)
    pause = setTimeout(answerRest, 1000)
    rest = Buffer.concat([rest, chunk])

    socket.cork()
    let end = rest.indexOf(LF)
    while (end !== -1 && end <= MAX_LINE_BYTES) {
      answer(rest.subarray(0, end))
      rest = rest.subarray(end + 1)
      end = rest.indexOf(LF)
    }
    socket.uncork()

    if (rest.length > MAX_LINE_BYTES) refuse()
  }

  function answerRest(): void {
    clearTimeout(pause)
    if (rest.length > 0) answer(rest)
    rest = Buffer.alloc(0)
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
