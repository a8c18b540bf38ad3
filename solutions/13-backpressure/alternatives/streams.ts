// pipeline() does the waiting: the answers are one endless generator, and it is asked for the next
// part when there is room.
import { createHash } from 'node:crypto'
import { createServer, type Socket } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

const PATTERN = Buffer.from(Array.from({ length: 251 * 256 }, (_, i) => i % 251))

const server = createServer({ allowHalfOpen: true }, async (socket) => {
  socket.on('error', () => {})
  const answers = Readable.from(answer(socket), { objectMode: false })
  await pipeline(answers, socket).catch(() => {})
})
server.listen(Number(process.env.PORT), process.env.HOST)

async function* answer(socket: Socket): AsyncGenerator<Buffer> {
  const chunks = socket.iterator({ destroyOnReturn: false })
  let rest: Buffer = Buffer.alloc(0)

  const more = async () => {
    const { value, done } = await chunks.next()
    if (!done) rest = Buffer.concat([rest, value])
    return !done
  }

  for (;;) {
    let end = rest.indexOf('\n')
    while (end < 0 && rest.length <= 64) {
      if (!(await more())) return
      end = rest.indexOf('\n')
    }
    const words = end <= 64 && /^(gen|sink) ([0-9]{1,16})$/.exec(rest.toString('latin1', 0, Math.max(end, 0)))
    if (!words || Number(words[2]) > Number.MAX_SAFE_INTEGER) break
    rest = rest.subarray(end + 1)

    const hash = createHash('sha256')
    let left = Number(words[2])
    for (; left > 0 && words[1] === 'gen'; left -= PATTERN.length)
      yield Buffer.from(PATTERN.subarray(0, left))
    while (left > 0 && (rest.length > 0 || (await more()))) {
      const part = rest.subarray(0, left)
      hash.update(part)
      left -= part.length
      rest = rest.subarray(part.length)
    }
    if (words[1] === 'sink' && left > 0) return
    if (words[1] === 'sink') yield Buffer.from(`sunk ${hash.digest('hex')}\n`)
  }

  yield Buffer.from('error bad command\n')
  socket.end()
  do rest = Buffer.alloc(0)
  while (await more())
}
