// Treats the first chunk as everything.
//
// fails: says nothing before the client has ended
// says: nothing at this point, but sent
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

  socket.once('data', async (chunk) => {
    bytes += chunk.length
    for (const byte of chunk) {
      if (byte === 10) lines++
      const wasInWord = inWord
      inWord = !isWhiteSpace(byte)
      if (inWord && !wasInWord) words++
    }
    await sleep(thinkMs)
    socket.end(`${lines} ${words} ${bytes}\n`)
  })

  socket.on('error', () => {})
}

/** Space, \t, \n, \v, \f, \r: what isspace() of C takes for white space. */
function isWhiteSpace(byte: number): boolean {
  return byte === 32 || (byte >= 9 && byte <= 13)
}
