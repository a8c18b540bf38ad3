// setEncoding('utf8') puts a StringDecoder in front of 'data': it holds back the first bytes of a
// character until the others have come. The shortest right server; the limit has to be counted in
// bytes all the same.

import { createServer, type Socket } from 'node:net'

const MAX_LINE_BYTES = 65_536

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

createServer({ allowHalfOpen: true }, serve).listen(port, host)

function serve(socket: Socket): void {
  let count = 0
  let rest = ''
  let refused = false

  socket.setEncoding('utf8')
  socket.on('data', (chunk: string) => {
    if (refused) return
    const lines = `${rest}${chunk}`.split('\n')
    rest = lines.pop() ?? ''
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
