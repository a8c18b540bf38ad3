// Thinks about one client after the other: each waits for all who have ended before it.
//
// fails: thinks about many clients at once and leaks no socket
// says: sent nothing for

import { createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

const thinkMs = Number(process.env.THINK_MS ?? 50)

// Without allowHalfOpen Node answers the client's FIN with ours at once, and an answer that
// comes later is thrown away without an error. With it, ending our side is up to us.
const server = createServer({ allowHalfOpen: true }, serve)
server.listen(Number(process.env.PORT), process.env.HOST)

let thoughts = Promise.resolve()

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
    thoughts = thoughts.then(() => sleep(thinkMs))
    await thoughts
    socket.end(`${lines} ${words} ${bytes}\n`)
  })

  // A reset. Node has destroyed the socket already; without a listener it would end the process.
  socket.on('error', () => {})
}

/** Space, \t, \n, \v, \f, \r: what isspace() of C takes for white space. */
function isWhiteSpace(byte: number): boolean {
  return byte === 32 || (byte >= 9 && byte <= 13)
}
