// Has one timer for all: a client that ends while the server thinks about another takes its place.
//
// fails: thinks about many clients at once and leaks no socket
// says: but sent nothing for
import { createServer, type Socket } from 'node:net'

const thinkMs = Number(process.env.THINK_MS ?? 50)
let thinking: NodeJS.Timeout | undefined

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
    clearTimeout(thinking)
    thinking = setTimeout(() => socket.end(`${lines} ${words} ${bytes}\n`), thinkMs)
  })

  socket.on('error', () => {})
}

/** Space, \t, \n, \v, \f, \r: what isspace() of C takes for white space. */
function isWhiteSpace(byte: number): boolean {
  return byte === 32 || (byte >= 9 && byte <= 13)
}
