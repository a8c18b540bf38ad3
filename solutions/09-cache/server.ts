import { createServer, type Socket } from 'node:net'

const VALUE_MAX_BYTES = 1024 * 1024
const KEY_MAX_BYTES = 250
const LINE_MAX_BYTES = 64 * 1024
const UINT64 = 2n ** 64n

type Item = { flags: number; value: Buffer; expiresAt: number }
type Input = ReturnType<typeof inputOf>
type Answer = string | Buffer
type Command = { words: number; run: (words: string[], input: Input) => Answer | Promise<Answer> }

const items = new Map<string, Item>()

const commands = new Map<string, Command>([
  ['set', { words: 4, run: store(() => true) }],
  ['add', { words: 4, run: store((known) => !known) }],
  ['replace', { words: 4, run: store((known) => known) }],
  ['delete', { words: 1, run: remove }],
  ['incr', { words: 2, run: count((value, delta) => (value + delta) % UINT64) }],
  ['decr', { words: 2, run: count((value, delta) => (value > delta ? value - delta : 0n)) }],
  ['flush_all', { words: 0, run: flush }],
])

const server = createServer({ allowHalfOpen: true, noDelay: true }, serve)
server.listen(Number(process.env.PORT), process.env.HOST)

async function serve(socket: Socket): Promise<void> {
  socket.on('error', () => {}) // A reset ends the input below.
  const input = inputOf(socket)

  for (;;) {
    const line = await input.line()
    if (line === undefined || line === 'quit') break
    socket.write(await answerTo(line, input)) // It stays in our memory until the client reads it: see 13.
  }
  socket.destroySoon()
}

async function answerTo(line: string, input: Input): Promise<Answer> {
  if (line === 'version') return 'VERSION 1.0.0\r\n'
  const [name = '', ...words] = line.split(' ').filter((word) => word !== '')
  if (name === 'get') return get(words)

  const silent = words.at(-1) === 'noreply'
  if (silent) words.pop()
  const command = commands.get(name)
  if (command?.words !== words.length) return 'ERROR\r\n'
  const answer = await command.run(words, input)
  return silent ? '' : answer
}

function get(keys: string[]): Answer {
  if (keys.length === 0) return 'ERROR\r\n'
  if (keys.some(isTooLong)) return 'CLIENT_ERROR bad command line format\r\n'

  const parts = keys.flatMap((key) => {
    const item = find(key)
    if (!item) return []
    const head = `VALUE ${key} ${item.flags} ${item.value.length}\r\n`
    return [Buffer.from(head, 'latin1'), item.value, Buffer.from('\r\n')]
  })
  return Buffer.concat([...parts, Buffer.from('END\r\n')])
}

function store(wanted: (known: boolean) => boolean): Command['run'] {
  return async ([key = '', flags = '', exptime = '', bytes = ''], input) => {
    const numbers = /^\d+ -?\d+ \d+$/.test(`${flags} ${exptime} ${bytes}`)
    if (isTooLong(key) || !numbers) return 'CLIENT_ERROR bad command line format\r\n'

    const length = Number(bytes)
    if (length > VALUE_MAX_BYTES) {
      await input.skip(length + 2)
      return 'SERVER_ERROR object too large for cache\r\n'
    }
    const block = await input.bytes(length + 2)
    if (block.toString('latin1', length) !== '\r\n') return 'CLIENT_ERROR bad data chunk\r\n'
    if (!wanted(find(key) !== undefined)) return 'NOT_STORED\r\n'

    const value = Buffer.from(block.subarray(0, length)) // A view would keep the whole chunk.
    items.set(key, { flags: Number(flags), value, expiresAt: expiryOf(Number(exptime)) })
    return 'STORED\r\n'
  }
}

function count(change: (value: bigint, delta: bigint) => bigint): Command['run'] {
  return ([key = '', delta = '']) => {
    if (isTooLong(key)) return 'CLIENT_ERROR bad command line format\r\n'
    if (!isUint64(delta)) return 'CLIENT_ERROR invalid numeric delta argument\r\n'

    const item = find(key)
    if (!item) return 'NOT_FOUND\r\n'
    const value = item.value.toString('latin1')
    if (!isUint64(value)) {
      return 'CLIENT_ERROR cannot increment or decrement non-numeric value\r\n'
    }
    const changed = String(change(BigInt(value), BigInt(delta)))
    item.value = Buffer.from(changed)
    return `${changed}\r\n`
  }
}

function remove([key = '']: string[]): Answer {
  if (isTooLong(key)) return 'CLIENT_ERROR bad command line format\r\n'
  if (!find(key)) return 'NOT_FOUND\r\n'

  items.delete(key)
  return 'DELETED\r\n'
}

function flush(): Answer {
  items.clear()
  return 'OK\r\n'
}

/** The item under this key. An expired item is removed here, when it is next looked up. */
function find(key: string): Item | undefined {
  const item = items.get(key)
  if (item && item.expiresAt <= performance.now()) items.delete(key)
  return items.get(key)
}

/** The time on the monotonic clock: 0 is never, a negative one is already over. */
function expiryOf(seconds: number): number {
  return seconds === 0 ? Number.POSITIVE_INFINITY : performance.now() + seconds * 1000
}

function isTooLong(key: string): boolean {
  return key.length > KEY_MAX_BYTES
}

function isUint64(text: string): boolean {
  return /^\d{1,20}$/.test(text) && BigInt(text) < UINT64
}

/** What a socket receives, taken as lines and as lengths. */
function inputOf(socket: Socket) {
  // A plain `for await` would destroy the socket at the client's FIN, with answers still unsent.
  const chunks: AsyncIterator<Buffer> = socket.iterator({ destroyOnReturn: false })
  let unread: Buffer = Buffer.alloc(0)

  /** The next line without its line ending; undefined at the end, or if no line ever ends. */
  async function line(): Promise<string | undefined> {
    let end = unread.indexOf('\n')
    while (end < 0) {
      const chunk = await next()
      if (!chunk || unread.length > LINE_MAX_BYTES) return undefined
      unread = Buffer.concat([unread, chunk])
      end = unread.indexOf('\n')
    }
    const text = unread.toString('latin1', 0, end) // One byte, one character: keys keep theirs.
    unread = unread.subarray(end + 1)
    return text.endsWith('\r') ? text.slice(0, -1) : text
  }

  /** The next bytes, whatever they are: as many as asked for, fewer only at the end. */
  async function bytes(length: number): Promise<Buffer> {
    const parts = [unread]
    let here = unread.length
    while (here < length) {
      const chunk = await next()
      if (!chunk) break
      parts.push(chunk)
      here += chunk.length
    }
    const all = Buffer.concat(parts)
    unread = all.subarray(length)
    return all.subarray(0, length)
  }

  /** Reads past bytes without keeping them. */
  async function skip(length: number): Promise<void> {
    let left = length
    while (left > unread.length) {
      left -= unread.length
      const chunk = await next()
      if (!chunk) return
      unread = chunk
    }
    unread = unread.subarray(left)
  }

  /** The next chunk; undefined after a FIN, and after a reset. */
  async function next(): Promise<Buffer | undefined> {
    try {
      const { done, value } = await chunks.next()
      return done ? undefined : value
    } catch {
      return undefined
    }
  }

  return { line, bytes, skip }
}
