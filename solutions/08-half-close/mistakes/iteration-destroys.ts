// Reads in a loop that destroys the socket when it is over, with or without allowHalfOpen: `for
// await` does that by itself in most versions of Node.
//
// fails: answers once the client has ended
// says: ended the connection (FIN)
import { createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

const thinkMs = Number(process.env.THINK_MS ?? 50)

const server = createServer({ allowHalfOpen: true }, serve)
server.listen(Number(process.env.PORT), process.env.HOST)

async function serve(socket: Socket): Promise<void> {
  let lines = 0
  let words = 0
  let bytes = 0
  let inWord = false

  socket.on('error', () => {})

  for await (const chunk of chunksOf(socket)) {
    bytes += chunk.length
    for (const byte of chunk) {
      if (byte === 10) lines++
      const wasInWord = inWord
      inWord = !isWhiteSpace(byte)
      if (inWord && !wasInWord) words++
    }
  }

  await sleep(thinkMs)
  socket.end(`${lines} ${words} ${bytes}\n`)
}

async function* chunksOf(socket: Socket): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of socket) yield chunk
  } finally {
    socket.destroy()
  }
}

/** Space, \t, \n, \v, \f, \r: what isspace() of C takes for white space. */
function isWhiteSpace(byte: number): boolean {
  return byte === 32 || (byte >= 9 && byte <= 13)
}
