// Treats a pause as the end: a slow client is answered before it has sent everything.
//
// fails: says nothing before the client has ended
// says: nothing at this point, but sent
import { createServer, type Socket } from 'node:net'

const thinkMs = Number(process.env.THINK_MS ?? 50)

const server = createServer({ allowHalfOpen: true }, serve)
server.listen(Number(process.env.PORT), process.env.HOST)

function serve(socket: Socket): void {
  let lines = 0
  let words = 0
  let bytes = 0
  let inWord = false
  let pause: NodeJS.Timeout | undefined

  socket.on('data', (chunk) => {
    clearTimeout(pause)
    pause = setTimeout(answer, thinkMs)
    bytes += chunk.length
    for (const byte of chunk) {
      if (byte === 10) lines++
      const wasInWord = inWord
      inWord = !isWhiteSpace(byte)
      if (inWord && !wasInWord) words++
    }
  })

  const answer = () => socket.end(`${lines} ${words} ${bytes}\n`)

  socket.on('error', () => {})
}

/** Space, \t, \n, \v, \f, \r: what isspace() of C takes for white space. */
function isWhiteSpace(byte: number): boolean {
  return byte === 32 || (byte >= 9 && byte <= 13)
}
