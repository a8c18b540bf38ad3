// Refuses a line that is too long, but answers those after it before it ends.
//
// fails: refuses a longer line also when its end has come
// says: more: "2

import { createServer, type Socket } from 'node:net'

const MAX_LINE_BYTES = 65_536
const LF = 0x0a
const CR = 0x0d

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

createServer(serve).listen(port, host)

function serve(socket: Socket): void {
  let count = 0
  let refused = false
  let rest: Buffer = Buffer.alloc(0) // what came after the last LF: the beginning of a line

  socket.on('data', read)
  socket.on('end', () => {
    if (rest.length > 0) answer(rest) // now or never: Node ends our side next
  })
  socket.on('error', () => {}) // a reset: this client is gone, the others are not

  // A chunk is whatever has arrived; where it ends means nothing. Only LF means something, and no
  // other character contains that byte in UTF-8: so cut the bytes into lines before decoding.
  function read(chunk: Buffer): void {
    rest = Buffer.concat([rest, chunk])

    socket.cork() // the answers to one chunk leave together, not in a write each
    let end = rest.indexOf(LF)
    while (end !== -1) {
      if (end > MAX_LINE_BYTES) refuse()
      else answer(rest.subarray(0, end))
      rest = rest.subarray(end + 1) // a view: to copy the rest for each line would be quadratic
      end = rest.indexOf(LF)
    }
    socket.uncork()

    if (rest.length > MAX_LINE_BYTES) refuse()
    if (refused) socket.end()
  }

  function answer(line: Buffer): void {
    count += 1
    const text = line.at(-1) === CR ? line.subarray(0, -1) : line
    // latin1 makes one character of each byte, and the same byte of it again: no byte changes.
    socket.write(`${count} ${text.toString('latin1')}\n`, 'latin1')
  }

  function refuse(): void {
    refused = true
    socket.off('data', read)
    socket.resume() // go on reading, into nothing: a close with unread bytes sends RST, not FIN
    socket.write('error line too long\n')
  }
}
