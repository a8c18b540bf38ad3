// Waits for something else (a database, a log) before it answers. If the client has ended in the
// meantime, Node ends the connection before the answer is written.
//
// fails: answers the same however the bytes are cut
// says: with the client's FIN right behind the request

import { createServer, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

const MAX_LINE_BYTES = 65_536

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

createServer({ allowHalfOpen: true }, serve).listen(port, host)

function serve(socket: Socket): void {
  let count = 0
  let rest = ''
  let refused = false

  socket.setEncoding('utf8')
  socket.on('data', async (chunk: string) => {
    if (refused) return
    const lines = `${rest}${chunk}`.split('\n')
    rest = lines.pop() ?? ''
    await delay(20)
    if (!lines.every(answer) || tooLong(rest)) refuse()
  })
  socket.on('end', () => {
    if (rest !== '') answer(rest)
    socket.end()
  })
  socket.on('error', () => socket.destroy())

  function answer(line: string): boolean {
    if (tooLong(line)) return false
    count += 1
    socket.write(`${count} ${line.endsWith('\r') ? line.slice(0, -1) : line}\n`)
    return true
  }

  function refuse(): void {
    refused = true
    rest = ''
    socket.end('error line too long\n')
  }
}

function tooLong(line: string): boolean {
  return Buffer.byteLength(line) > MAX_LINE_BYTES
}
