// No promises: a generator for each connection says what it needs next, a line or this many bytes,
// and is resumed when that has come.
import { createServer, type Socket } from 'node:net'

type Item = { flags: number; value: Buffer; expiresAt: number }
type Need = 'line' | number
type Send = (answer: string | Buffer) => void
type Conversation = Generator<Need, void, Buffer>

const VALUE_MAX_BYTES = 1024 * 1024
const KEY_MAX_BYTES = 250
const BAD_LINE = 'CLIENT_ERROR bad command line format\r\n'
const WORDS = new Map(
  Object.entries({ set: 4, add: 4, replace: 4, delete: 1, incr: 2, decr: 2, flush_all: 0 }),
)

const items = new Map<string, Item>()

createServer({ noDelay: true }, (socket) =>
  feed(
    socket,
    conversation((answer) => socket.write(answer)),
  ),
).listen(Number(process.env.PORT), process.env.HOST)

/** Cuts what arrives into what the conversation asks for. */
function feed(socket: Socket, talk: Conversation): void {
  let unread: Buffer = Buffer.alloc(0)
  let step = talk.next()

  socket.on('error', () => {})
  socket.on('data', (chunk) => {
    unread = Buffer.concat([unread, chunk])
    while (!step.done) {
      const length = step.value === 'line' ? unread.indexOf('\n') + 1 : step.value
      if (length > unread.length || (length === 0 && step.value === 'line')) return
      const part = unread.subarray(0, length)
      unread = unread.subarray(length)
      step = talk.next(part)
    }
    socket.end()
  })
}

function* conversation(send: Send): Conversation {
  for (;;) {
    const line = (yield 'line').toString('latin1').replace(/\r?\n$/, '')
    const [name = '', ...words] = line.split(' ').filter(Boolean)
    if (line === 'quit') return

    const silent = WORDS.has(name) && words.at(-1) === 'noreply'
    if (silent) words.pop()
    const answer = yield* answerTo(name, words)
    if (!silent) send(answer)
  }
}

function* answerTo(name: string, words: string[]): Generator<Need, string | Buffer, Buffer> {
  if (name === 'version' && words.length === 0) return 'VERSION 1.0.0\r\n'
  if (name === 'get') return get(words)
  if (WORDS.get(name) !== words.length) return 'ERROR\r\n'
  const [key = '', second = '', third = '', fourth = ''] = words
  if (key.length > KEY_MAX_BYTES) return BAD_LINE

  if (name === 'flush_all') {
    items.clear()
    return 'OK\r\n'
  }
  if (name === 'delete') return find(key) && items.delete(key) ? 'DELETED\r\n' : 'NOT_FOUND\r\n'
  if (name === 'incr' || name === 'decr') return count(name, key, second)

  if (!/^\d+ -?\d+ \d+$/.test(`${second} ${third} ${fourth}`)) return BAD_LINE
  const length = Number(fourth)
  if (length > VALUE_MAX_BYTES) {
    for (let left = length + 2; left > 0; left -= 65_536) yield Math.min(left, 65_536)
    return 'SERVER_ERROR object too large for cache\r\n'
  }
  const block = yield length + 2
  if (block.toString('latin1', length) !== '\r\n') return 'CLIENT_ERROR bad data chunk\r\n'

  const known = find(key) !== undefined
  if ((name === 'add' && known) || (name === 'replace' && !known)) return 'NOT_STORED\r\n'
  const expiresAt = Number(third) === 0 ? Number.POSITIVE_INFINITY : Date.now() + Number(third) * 1000
  items.set(key, { flags: Number(second), value: Buffer.from(block.subarray(0, length)), expiresAt })
  return 'STORED\r\n'
}

function get(keys: string[]): string | Buffer {
  if (keys.length === 0) return 'ERROR\r\n'
  if (keys.some((key) => key.length > KEY_MAX_BYTES)) return BAD_LINE

  const parts = keys.map((key) => {
    const item = find(key)
    const head = item ? `VALUE ${key} ${item.flags} ${item.value.length}\r\n` : ''
    return item
      ? Buffer.concat([Buffer.from(head, 'latin1'), item.value, Buffer.from('\r\n')])
      : Buffer.alloc(0)
  })
  return Buffer.concat([...parts, Buffer.from('END\r\n')])
}

function count(name: string, key: string, delta: string): string {
  if (!isUint64(delta)) return 'CLIENT_ERROR invalid numeric delta argument\r\n'
  const item = find(key)
  if (!item) return 'NOT_FOUND\r\n'
  const value = item.value.toString('latin1')
  if (!isUint64(value)) return 'CLIENT_ERROR cannot increment or decrement non-numeric value\r\n'

  const sum = name === 'incr' ? BigInt(value) + BigInt(delta) : BigInt(value) - BigInt(delta)
  const changed = String(sum < 0n ? 0n : BigInt.asUintN(64, sum))
  item.value = Buffer.from(changed)
  return `${changed}\r\n`
}

function find(key: string): Item | undefined {
  const item = items.get(key)
  return item && item.expiresAt > Date.now() ? item : undefined
}

function isUint64(text: string): boolean {
  return /^\d{1,20}$/.test(text) && BigInt.asUintN(64, BigInt(text)) === BigInt(text)
}
