// Splits an empty text: JavaScript finds one piece in it, the empty one.
//
// fails: answers 0 0 0 to a client that sends nothing
// says: but sent "0 1 0
import { createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

const thinkMs = Number(process.env.THINK_MS ?? 50)

const server = createServer({ allowHalfOpen: true }, serve)
server.listen(Number(process.env.PORT), process.env.HOST)

function serve(socket: Socket): void {
  const chunks: Buffer[] = []

  socket.on('data', (chunk) => chunks.push(chunk))

  socket.on('end', async () => {
    const bytes = Buffer.concat(chunks)
    const text = bytes.toString()
    const lines = text.split('\n').length - 1
    const words = text.trim().split(/\s+/).length

    await sleep(thinkMs)
    socket.end(`${lines} ${words} ${bytes.length}\n`)
  })

  socket.on('error', () => {})
}
