// Sends as many bytes as a client asks for, takes as many as it announces, and keeps hardly any.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'

const COMMAND_MAX_BYTES = 64
const LF = 0x0a
// 251 KiB, so that sending it again and again always begins at byte 0 of the pattern.
const PATTERN = Buffer.from(Array.from({ length: 251 * 1024 }, (_, i) => i % 251))

// A client may end its side before it has read the answers: ending ours is up to us.
const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
  socket.on('error', () => {})
  // It throws if the client has gone, which needs no answer.
  serve(socket).catch(() => {})
})
server.listen(Number(process.env.PORT), process.env.HOST)

/** One command after the other: the next one is not read before this one is answered. */
async function serve(socket: Socket): Promise<void> {
  const input = inputOf(socket)
  const write = writerOf(socket)

  for (;;) {
    const line = await input.line()
    if (line === undefined) break
    const { verb, count } = parse(line)
    if (verb === 'gen') await generate(write, count)
    else if (verb === 'sink') await sink(write, input, count)
    else {
      socket.end('error bad command\n')
      await input.discard()
      return
    }
  }
  socket.end()
}

function parse(line: string): { verb?: string; count: number } {
  const [, verb, digits] = /^(gen|sink) (\d{1,16})$/.exec(line) ?? []
  const count = Number(digits)
  return verb && Number.isSafeInteger(count) ? { verb, count } : { count: 0 }
}

async function generate(write: Write, count: number): Promise<void> {
  for (let left = count; left > 0; left -= PATTERN.length) {
    await write(PATTERN.subarray(0, left))
  }
}

async function sink(write: Write, input: Input, count: number): Promise<void> {
  const hash = createHash('sha256')
  for (let left = count; left > 0; ) {
    const bytes = await input.upTo(left)
    if (bytes === undefined) return
    hash.update(bytes)
    left -= bytes.length
  }
  await write(`sunk ${hash.digest('hex')}\n`)
}

type Write = ReturnType<typeof writerOf>
type Input = ReturnType<typeof inputOf>

/** A write that waits until there is room for the next one. On a closed connection it throws. */
function writerOf(socket: Socket) {
  const closed = new AbortController()
  socket.once('close', () => closed.abort())

  return async (bytes: Buffer | string): Promise<void> => {
    if (!socket.write(bytes)) await once(socket, 'drain', { signal: closed.signal })
  }
}

/** What a client sends, read from the socket only when it is asked for. */
function inputOf(socket: Socket) {
  const chunks = socket.iterator({ destroyOnReturn: false })
  let rest: Buffer = Buffer.alloc(0)

  async function more(): Promise<boolean> {
    const { value, done } = await chunks.next()
    if (done) return false
    rest = rest.length > 0 ? Buffer.concat([rest, value]) : value
    return true
  }

  return {
    /** The next command without its LF, as much of it as is too long, or undefined at the end. */
    async line(): Promise<string | undefined> {
      for (;;) {
        const end = rest.indexOf(LF)
        const length = end >= 0 ? end : rest.length
        if (end >= 0 || length > COMMAND_MAX_BYTES) {
          const line = rest.toString('latin1', 0, length)
          rest = rest.subarray(length + 1)
          return line
        }
        if (!(await more())) return undefined
      }
    },

    /** The next bytes, at least one and `count` at most, or undefined at the end. */
    async upTo(count: number): Promise<Buffer | undefined> {
      if (rest.length === 0 && !(await more())) return undefined
      const bytes = rest.subarray(0, count)
      rest = rest.subarray(bytes.length)
      return bytes
    },

    async discard(): Promise<void> {
      do rest = Buffer.alloc(0)
      while (await more())
    },
  }
}
