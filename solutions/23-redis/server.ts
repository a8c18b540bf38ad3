import { createServer, type Socket } from 'node:net'

const LINE_MAX_BYTES = 64 * 1024
const BULK_MAX_BYTES = 512 * 1024 * 1024 - 64 // Redis takes 512 MiB; V8's longest string is a little shorter.
const ARGS_MAX = 2 ** 31 - 1
const [CARRIAGE_RETURN, LINE_FEED] = [13, 10]
const WRITE_BYTES = 64 * 1024
const INT64_MIN = -(2n ** 63n)
const NEVER = Number.POSITIVE_INFINITY
const ANY = Number.POSITIVE_INFINITY

/** Strings are latin1: one character is one byte, so any bytes survive and lengths are in bytes. */
type Value = string | string[] | Map<string, string>
type Entry = { value: Value; expiresAt: number }
type Status = { status: string }
type Reply = string | number | bigint | null | Status | Reply[] | Map<string, Reply>
type Client = { id: number; protocol: 2 | 3; leaves: boolean }
/** The arguments of a command: at least the minimum in its row of the table. */
type Args = [string, string, string, ...string[]]
type Command = [min: number, max: number, run: (args: Args, client: Client) => Reply]

/** Thrown by a command: its answer is this error. */
class Refusal extends Error {}
/** Thrown by the parser: where the next command begins is unknown, so the connection is closed. */
class ProtocolError extends Error {}

const OK: Status = { status: 'OK' }
const NOT_AN_INTEGER = 'ERR value is not an integer or out of range'
const WRONG_TYPE = 'WRONGTYPE Operation against a key holding the wrong kind of value'

const entries = new Map<string, Entry>()
let connections = 0

const commands = new Map(
  Object.entries<Command>({
    ping: [0, 1, ([message]) => message ?? { status: 'PONG' }],
    echo: [1, 1, ([message]) => message],
    select: [1, 1, ([index]) => (integer(index) === 0n ? OK : refuse('ERR DB index is out of range'))],
    hello: [0, ANY, hello],
    client: [1, ANY, ([verb]) => (/^set(info|name)$/i.test(verb) ? OK : unknown('subcommand', verb))],
    command: [0, ANY, () => []],
    info: [0, ANY, () => `# Server\r\nredis_version:7.0.0\r\n# Keyspace\r\ndb0:keys=${entries.size}\r\n`],
    quit: [0, ANY, quit],

    get: [1, 1, ([key]) => stringAt(key) ?? null],
    set: [2, ANY, set],
    mget: [1, ANY, (keys) => keys.map(textAt)],
    mset: [2, ANY, mset],
    append: [2, 2, ([key, more]) => update(key, (stringAt(key) ?? '') + more).length],
    strlen: [1, 1, ([key]) => stringAt(key)?.length ?? 0],
    incr: [1, 1, ([key]) => add(key, 1n)],
    decr: [1, 1, ([key]) => add(key, -1n)],
    incrby: [2, 2, ([key, amount]) => add(key, integer(amount))],

    del: [1, ANY, (keys) => keys.filter(remove).length],
    exists: [1, ANY, (keys) => keys.filter(find).length],
    type: [1, 1, ([key]) => ({ status: typeOf(find(key)?.value) })],
    keys: [1, 1, ([glob]) => [...entries.keys()].filter(matcherOf(glob)).filter(find)],
    dbsize: [0, 0, () => entries.size],
    flushall: [0, 1, flushAll],
    expire: [2, 2, ([key, seconds]) => expire(key, momentIn(seconds, 1000n, 'expire'))],
    pexpire: [2, 2, ([key, ms]) => expire(key, momentIn(ms, 1n, 'pexpire'))],
    ttl: [1, 1, ([key]) => timeLeft(key, 1000)],
    pttl: [1, 1, ([key]) => timeLeft(key, 1)],
    persist: [1, 1, persist],

    lpush: [2, ANY, ([key, ...values]) => push(key, values, (list, value) => list.unshift(value))],
    rpush: [2, ANY, ([key, ...values]) => push(key, values, (list, value) => list.push(value))],
    lpop: [1, 1, ([key]) => pop(key, (list) => list.shift())],
    rpop: [1, 1, ([key]) => pop(key, (list) => list.pop())],
    llen: [1, 1, ([key]) => listAt(key)?.length ?? 0],
    lrange: [3, 3, lrange],

    hset: [3, ANY, hset],
    hget: [2, 2, ([key, field]) => hashAt(key)?.get(field) ?? null],
    hgetall: [1, 1, ([key]) => hashAt(key) ?? new Map()],
    hdel: [2, ANY, hdel],
  }),
)

createServer({ noDelay: true }, serve).listen(Number(process.env.PORT), process.env.HOST)

// The wire

function serve(socket: Socket): void {
  connections += 1
  const client: Client = { id: connections, protocol: 2, leaves: false }
  const requestsIn = parser()

  socket.on('error', () => {}) // A reset: 'close' comes next.
  socket.on('data', (chunk: Buffer) => {
    if (client.leaves) return // Nothing more is run: its last answers may still be on their way.
    let answers = ''
    try {
      for (const request of requestsIn(chunk)) {
        answers += encode(answerTo(request, client), client.protocol)
        if (client.leaves) break
        if (answers.length < WRITE_BYTES) continue
        socket.write(answers, 'latin1') // It stays in our memory until the client reads it: see 13.
        answers = ''
      }
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      answers += encode(new Refusal(`ERR Protocol error: ${error.message}`), client.protocol)
      client.leaves = true
    }
    socket.write(answers, 'latin1') // One write for all the requests of one read.
    if (client.leaves) socket.destroySoon()
  })
}

/** Cuts a client's bytes into requests, and keeps an incomplete one until the rest arrives. */
function parser(): (chunk: Buffer) => Generator<string[]> {
  let chunks: Buffer[] = []
  let size = 0
  let wanted = 0 // With fewer bytes than this, parsing cannot get any further.
  let bytes: Buffer
  let at = 0
  let request: string[] = []
  let missing = 0 // How many arguments of the request have not come yet.
  let length = -1 // Of the next argument, once its length line has come.

  return function* requestsIn(chunk) {
    chunks.push(chunk)
    size += chunk.length
    if (size < wanted) return

    bytes = chunks.length === 1 ? chunk : Buffer.concat(chunks)
    at = 0
    wanted = 0
    for (let next = nextRequest(); next; next = nextRequest()) if (next.length > 0) yield next
    chunks = at < bytes.length ? [bytes.subarray(at)] : []
    size = bytes.length - at
  }

  function nextRequest(): string[] | undefined {
    if (missing <= 0) {
      const head = line()
      if (!head?.startsWith('*')) return head === undefined ? undefined : wordsOf(head)
      missing = lengthIn(head, -ARGS_MAX, ARGS_MAX, 'multibulk')
      request = []
    }
    while (missing > 0) {
      if (length < 0) {
        const head = line()
        if (head === undefined) return undefined
        if (!head.startsWith('$')) throw new ProtocolError(`expected '$', got '${head.charAt(0)}'`)
        length = lengthIn(head, 0, BULK_MAX_BYTES, 'bulk')
      }
      if (bytes.length - at < length + 2) {
        wanted = length + 2
        return undefined
      }
      request.push(bytes.toString('latin1', at, at + length))
      at += length + 2
      length = -1
      missing -= 1
    }
    return request
  }

  function line(): string | undefined {
    const end = bytes.indexOf(LINE_FEED, at)
    if (end < 0 && bytes.length - at > LINE_MAX_BYTES) throw new ProtocolError('too big inline request')
    if (end < 0) return undefined
    const text = bytes.toString('latin1', at, bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : end)
    at = end + 1
    return text
  }
}

function lengthIn(head: string, min: number, max: number, what: string): number {
  const length = /^.-?\d{1,10}$/.test(head) ? Number(head.slice(1)) : Number.NaN
  if (length >= min && length <= max) return length
  throw new ProtocolError(`invalid ${what} length`)
}

/** The words of a typed line. Quotes keep spaces, and double quotes allow escapes. */
function wordsOf(line: string): string[] {
  const word = /"((?:\\.|[^"\\])*)"(?!\S)|'((?:\\'|[^'])*)'(?!\S)|[^\s"']+/g
  if (line.replace(word, '').trim() !== '') throw new ProtocolError('unbalanced quotes in request')
  return Array.from(line.matchAll(word), ([bare, double, single]) => {
    if (double !== undefined) return double.replace(/\\(x[\da-f]{2}|.)/gi, (_, code) => unescaped(code))
    return single?.replaceAll("\\'", "'") ?? bare
  })
}

function unescaped(code: string): string {
  if (code.length === 3) return String.fromCharCode(Number.parseInt(code.slice(1), 16))
  return { n: '\n', r: '\r', t: '\t' }[code] ?? code
}

function encode(reply: Reply | Refusal, protocol: number): string {
  if (typeof reply === 'string') return `$${reply.length}\r\n${reply}\r\n`
  if (typeof reply === 'number' || typeof reply === 'bigint') return `:${reply}\r\n`
  if (reply === null) return protocol === 3 ? '_\r\n' : '$-1\r\n'
  if (reply instanceof Refusal) return `-${reply.message.replace(/[\r\n]/g, ' ')}\r\n`
  const encodeAll = (replies: Reply[]) => replies.map((each) => encode(each, protocol)).join('')
  if (Array.isArray(reply)) return `*${reply.length}\r\n${encodeAll(reply)}`
  if (!(reply instanceof Map)) return `+${reply.status}\r\n`
  const head = protocol === 3 ? `%${reply.size}` : `*${reply.size * 2}`
  return `${head}\r\n${encodeAll([...reply].flat())}`
}

// The commands

function answerTo([word = '', ...args]: string[], client: Client): Reply | Refusal {
  const name = word.toLowerCase()
  const [min, max, run] = commands.get(name) ?? [0, ANY, () => unknown('command', word)]
  try {
    if (args.length >= min && args.length <= max) return run(args as unknown as Args, client)
    return refuse(`ERR wrong number of arguments for '${name}' command`)
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}

function refuse(text: string): never {
  throw new Refusal(text)
}

function unknown(what: string, name: string): never {
  refuse(`ERR unknown ${what} '${name}'`)
}

function hello([version]: Args, client: Client): Reply {
  if (version !== undefined && !/^\d+$/.test(version))
    refuse('ERR Protocol version is not an integer or out of range')
  const protocol = version === undefined ? client.protocol : Number(version)
  if (protocol !== 2 && protocol !== 3) refuse('NOPROTO unsupported protocol version')
  client.protocol = protocol
  return new Map<string, Reply>([
    ['server', 'redis'],
    ['version', '7.0.0'],
    ['proto', protocol],
    ['id', client.id],
    ['mode', 'standalone'],
    ['role', 'master'],
    ['modules', []],
  ])
}

function quit(_: Args, client: Client): Reply {
  client.leaves = true
  return OK
}

function set([key, value, ...options]: Args): Reply {
  const asked = new Set<string>()
  let expiresAt = NEVER
  const rest = options.values()
  for (const option of rest) {
    const name = option.toUpperCase()
    const amount = name === 'EX' || name === 'PX' ? rest.next().value : undefined
    if (amount !== undefined && expiresAt === NEVER) {
      expiresAt = momentIn(amount, name === 'EX' ? 1000n : 1n, 'set', 1n)
    } else if (name === 'NX' || name === 'XX' || name === 'GET') asked.add(name)
    else refuse('ERR syntax error')
  }
  if (asked.has('NX') && asked.has('XX')) refuse('ERR syntax error')

  const old = asked.has('GET') ? (stringAt(key) ?? null) : null
  const isThere = find(key) !== undefined
  if (asked.has(isThere ? 'NX' : 'XX')) return old
  entries.set(key, { value, expiresAt })
  return asked.has('GET') ? old : OK
}

function mset(args: string[]): Reply {
  for (const [key, value] of pairsOf(args, 'mset')) entries.set(key, { value, expiresAt: NEVER })
  return OK
}

function add(key: string, amount: bigint): Reply {
  const sum = integer(stringAt(key) ?? '0') + amount
  if (!isInt64(sum)) refuse('ERR increment or decrement would overflow')
  update(key, `${sum}`)
  return sum
}

function flushAll([mode = 'sync']: string[]): Reply {
  if (!/^a?sync$/i.test(mode)) refuse('ERR syntax error')
  entries.clear()
  return OK
}

function expire(key: string, expiresAt: number): Reply {
  const entry = find(key)
  if (!entry) return 0
  entry.expiresAt = expiresAt
  return 1
}

function persist([key]: Args): Reply {
  const entry = find(key)
  if (!entry || entry.expiresAt === NEVER) return 0
  entry.expiresAt = NEVER
  return 1
}

function timeLeft(key: string, unit: number): Reply {
  const entry = find(key)
  if (!entry) return -2
  return entry.expiresAt === NEVER ? -1 : Math.round((entry.expiresAt - performance.now()) / unit)
}

function push(key: string, values: string[], put: (list: string[], value: string) => void): Reply {
  const list = listAt(key) ?? update(key, [])
  for (const value of values) put(list, value)
  return list.length
}

function pop(key: string, take: (list: string[]) => string | undefined): Reply {
  const list = listAt(key) ?? []
  const value = take(list) ?? null
  if (list.length === 0) entries.delete(key)
  return value
}

function lrange([key, from, to]: Args): Reply {
  const [first, last] = [Number(integer(from)), Number(integer(to))]
  const list = listAt(key) ?? []
  const end = last < 0 ? last + list.length : last
  return list.slice(first, Math.max(0, end + 1)) // Below 0, slice would count from the end again.
}

function hset([key, ...args]: Args): Reply {
  const pairs = pairsOf(args, 'hset')
  const hash = hashAt(key) ?? update(key, new Map<string, string>())
  const before = hash.size
  for (const [field, value] of pairs) hash.set(field, value)
  return hash.size - before
}

function hdel([key, ...fields]: Args): Reply {
  const hash = hashAt(key) ?? new Map<string, string>()
  const deleted = fields.filter((field) => hash.delete(field)).length
  if (hash.size === 0) entries.delete(key)
  return deleted
}

// The keys

/** What is stored under a key. An expired value is removed here, when it is next looked up. */
function find(key: string): Entry | undefined {
  const entry = entries.get(key)
  if (!entry || entry.expiresAt > performance.now()) return entry
  entries.delete(key)
  return undefined
}

function remove(key: string): boolean {
  return find(key) !== undefined && entries.delete(key)
}

/** Stores a value under a key, whose expiry stays. */
function update<V extends Value>(key: string, value: V): V {
  entries.set(key, { value, expiresAt: find(key)?.expiresAt ?? NEVER })
  return value
}

function stringAt(key: string): string | undefined {
  const value = find(key)?.value
  return value === undefined || typeof value === 'string' ? value : refuse(WRONG_TYPE)
}

function listAt(key: string): string[] | undefined {
  const value = find(key)?.value
  return value === undefined || Array.isArray(value) ? value : refuse(WRONG_TYPE)
}

function hashAt(key: string): Map<string, string> | undefined {
  const value = find(key)?.value
  return value === undefined || value instanceof Map ? value : refuse(WRONG_TYPE)
}

function textAt(key: string): string | null {
  const value = find(key)?.value
  return typeof value === 'string' ? value : null
}

function typeOf(value: Value | undefined): string {
  if (value === undefined) return 'none'
  if (typeof value === 'string') return 'string'
  return Array.isArray(value) ? 'list' : 'hash'
}

// Arguments

function integer(text: string): bigint {
  if (!/^(0|-?[1-9]\d{0,18})$/.test(text)) refuse(NOT_AN_INTEGER)
  const number = BigInt(text)
  return isInt64(number) ? number : refuse(NOT_AN_INTEGER)
}

function isInt64(number: bigint): boolean {
  return number === BigInt.asIntN(64, number)
}

/** The time on the monotonic clock, so many units (of ms) from now. Redis counts from 1970 in 64 bits. */
function momentIn(amount: string, unit: bigint, command: string, min = INT64_MIN): number {
  const ms = integer(amount) * unit
  if (ms < min || !isInt64(ms) || !isInt64(ms + BigInt(Date.now())))
    refuse(`ERR invalid expire time in '${command}' command`)
  return performance.now() + Number(ms)
}

function pairsOf(args: string[], command: string): [string, string][] {
  if (args.length % 2 === 1) refuse(`ERR wrong number of arguments for '${command}' command`)
  return args.flatMap((value, i): [string, string][] => (i % 2 === 0 ? [] : [[args[i - 1] ?? '', value]]))
}

/** Whether a key matches `*`, `?`, `[a-c]` and `[^a-c]`; a backslash makes a character literal. */
function matcherOf(glob: string): (key: string) => boolean {
  const source = glob.replace(/\[(\^?)((?:\\.|[^\]])*)\]|\\?./gs, (token, not: string, set?: string) => {
    if (token === '*') return '.*'
    if (token === '?') return '.'
    return set === undefined ? literal(token.slice(-1)) : `[${not}${rangesIn(set)}]`
  })
  const pattern = new RegExp(`^${source}$`, 's')
  return (key) => pattern.test(key)
}

function rangesIn(set: string): string {
  return set.replace(/\\?(.)(?:-\\?(.))?/gs, (_, from: string, to = from) =>
    [from, to].sort().map(literal).join('-'),
  )
}

function literal(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`
}
