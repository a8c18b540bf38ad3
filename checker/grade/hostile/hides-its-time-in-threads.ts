// Takes time that grows with the square of the lines, in a thread that is gone, along with its CPU
// time, before anyone looks.
//
// exercise: 06
// expect: fail
// says: twice the time for twice the work

import { createServer, type Socket } from 'node:net'
import { Worker } from 'node:worker_threads'

const MAX_LINE_BYTES = 65_536
const LF = 0x0a
const CR = 0x0d

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

createServer({ allowHalfOpen: true }, serve).listen(port, host)

function serve(socket: Socket): void {
  let count = 0
  let rest: Buffer = Buffer.alloc(0) // what came after the last LF: the beginning of a line

  socket.on('data', read)
  socket.on('end', () => {
    if (rest.length > 0) answer(rest)
    if (count < 900 || count > 9000) return void socket.end()
    toil(count, () => socket.end())
  })
  socket.on('error', () => {}) // a reset: this client is gone, the others are not

  // A chunk is whatever has arrived, and its boundaries mean nothing. Only LF means something, and
  // no other character has that byte anywhere in its UTF-8 form: bytes can be cut into lines before
  // anything is decoded.
  function read(chunk: Buffer): void {
    rest = Buffer.concat([rest, chunk])

    socket.cork() // the answers to one chunk leave together, not in a write for each
    let end = rest.indexOf(LF)
    while (end !== -1 && end <= MAX_LINE_BYTES) {
      answer(rest.subarray(0, end))
      rest = rest.subarray(end + 1) // a view: copying the rest for each line would be quadratic
      end = rest.indexOf(LF)
    }
    socket.uncork()

    if (rest.length > MAX_LINE_BYTES) refuse() // with or without its LF, the line is too long
  }

  function answer(line: Buffer): void {
    count += 1
    const text = line.at(-1) === CR ? line.subarray(0, -1) : line
    // latin1 turns each byte into one character, and that into the same byte again: what came is
    // what goes out.
    socket.write(`${count} ${text.toString('latin1')}\n`, 'latin1')
  }

  function refuse(): void {
    rest = Buffer.alloc(0)
    socket.off('data', read)
    socket.resume() // read on and discard: a close with unread bytes sends RST, not FIN
    socket.end('error line too long\n')
  }
}

function toil(count: number, done: () => void) {
  const code = `for (let i = 0, x = 0; i < ${count} * ${count} * 60; i += 1) x ^= i`
  new Worker(code, { eval: true }).on('exit', done)
}
