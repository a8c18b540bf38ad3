// Thinks with the whole process: nobody else is read in the meantime.
//
// fails: thinks for THINK_MS, and reads others meanwhile
// says: should read what bob sends
import { createServer, type Socket } from 'node:net'

const thinkMs = Number(process.env.THINK_MS ?? 50)

const server = createServer({ allowHalfOpen: true }, serve)
server.listen(Number(process.env.PORT), process.env.HOST)

function serve(socket: Socket): void {
  let lines = 0
  let words = 0
  let bytes = 0
  let inWord = false

  socket.on('data', (chunk) => {
    bytes += chunk.length
    for (const byte of chunk) {
      if (byte === 10) lines++
      const wasInWord = inWord
      inWord = !isWhiteSpace(byte)
      if (inWord && !wasInWord) words++
    }
  })

  socket.on('end', () => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, thinkMs)
    socket.end(`${lines} ${words} ${bytes}\n`)
  })

  socket.on('error', () => {})
}

/** Space, \t, \n, \v, \f, \r: what isspace() of C takes for white space. */
function isWhiteSpace(byte: number): boolean {
  return byte === 32 || (byte >= 9 && byte <= 13)
}
