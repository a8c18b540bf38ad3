// Pads the numbers, as the program wc does.
//
// fails: answers once the client has ended
// says: but sent "      1
import { createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

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

  socket.on('end', async () => {
    await sleep(thinkMs)
    const columns = [lines, words, bytes].map((count) => String(count).padStart(7))
    socket.end(`${columns.join(' ')}\n`)
  })

  socket.on('error', () => {})
}

/** Space, \t, \n, \v, \f, \r: what isspace() of C takes for white space. */
function isWhiteSpace(byte: number): boolean {
  return byte === 32 || (byte >= 9 && byte <= 13)
}
