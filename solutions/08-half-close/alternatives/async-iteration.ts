// A straight line from the first byte to the answer: the socket as an async iterable. By default
// the loop destroys the socket when it is over, and the answer with it: destroyOnReturn leaves our
// side open.
import { createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

const thinkMs = Number(process.env.THINK_MS ?? 50)

const server = createServer({ allowHalfOpen: true }, (socket) => {
  // A socket that was reset has nobody left to be told.
  serve(socket).catch(() => socket.destroy())
  socket.on('error', () => {})
})
server.listen(Number(process.env.PORT), process.env.HOST)

async function serve(socket: Socket): Promise<void> {
  const count = { lines: 0, words: 0, bytes: 0 }
  let before = 32

  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    count.bytes += chunk.length
    for (const byte of chunk) {
      if (byte === 10) count.lines++
      if (isWhiteSpace(before) && !isWhiteSpace(byte)) count.words++
      before = byte
    }
  }

  await sleep(thinkMs)
  socket.end(`${count.lines} ${count.words} ${count.bytes}\n`)
}

function isWhiteSpace(byte: number): boolean {
  return byte === 32 || (byte >= 9 && byte <= 13)
}
