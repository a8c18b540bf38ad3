// Knows only the space and the newline.
//
// fails: splits words at space, \t, \n, \v, \f and \r
// says: but sent "2 4
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
  return byte === 32 || byte === 10
}
