// Collects all that the client sends and counts at the end: three numbers would have been enough.
//
// fails: counts 256 MiB without holding them
// says: should stay within
import { createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

const thinkMs = Number(process.env.THINK_MS ?? 50)

const server = createServer({ allowHalfOpen: true }, serve)
server.listen(Number(process.env.PORT), process.env.HOST)

function serve(socket: Socket): void {
  const chunks: Buffer[] = []

  socket.on('data', (chunk) => chunks.push(chunk))

  socket.on('end', async () => {
    await sleep(thinkMs)
    socket.end(count(Buffer.concat(chunks)))
  })

  socket.on('error', () => {})
}

function count(bytes: Buffer): string {
  let lines = 0
  let words = 0
  let inWord = false

  for (const byte of bytes) {
    if (byte === 10) lines++
    const wasInWord = inWord
    inWord = !isWhiteSpace(byte)
    if (inWord && !wasInWord) words++
  }
  return `${lines} ${words} ${bytes.length}\n`
}

function isWhiteSpace(byte: number): boolean {
  return byte === 32 || (byte >= 9 && byte <= 13)
}
