// Asks \s of a regular expression, which knows more white space than six bytes: in Latin-1, A0 is
// a no-break space. In UTF-8 that byte is the second half of an à.
//
// fails: takes every other byte for a part of a word
// says: but sent "0 249 500
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
    socket.end(`${lines} ${words} ${bytes}\n`)
  })

  socket.on('error', () => {})
}

function isWhiteSpace(byte: number): boolean {
  return /\s/.test(String.fromCharCode(byte))
}
