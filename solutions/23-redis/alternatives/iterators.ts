// Reads like the protocol: a loop that awaits a line or so many bytes, obeys and answers, and again. Strings,
// lists and hashes have a table each; so have the moments at which keys expire.
import { createServer, type Socket } from 'node:net'

type Reply = Buffer | string | number | bigint | null | Reply[] | Map<string, Reply>
type Input = ReturnType<typeof inputOf>

const WRONG_TYPE = 'WRONGTYPE Operation against a key holding the wrong kind of value'
const NOT_AN_INTEGER = 'ERR value is not an integer or out of range'
const LINE_MAX_BYTES = 64 * 1024
const BULK_MAX_BYTES = 512 * 1024 * 1024

class Refusal extends Error {}
class ProtocolError extends Error {}

const strings = new Map<string, Buffer>()
const lists = new Map<string, Buffer[]>()
const hashes = new Map<string, Map<string, Buffer>>()
const tables: Map<string, unknown>[] = [strings, lists, hashes]
const expiries = new Map<string, number>()

createServer({ allowHalfOpen: true, noDelay: true }, (socket) => void serve(socket)).listen(
  Number(process.env.PORT),
  process.env.HOST,
)

async function serve(socket: Socket): Promise<void> {
  socket.on('error', () => {})
  const input = inputOf(socket)
  let protocol = 2
  try {
    for (;;) {
      const request = await requestOf(input)
      if (!request) break
      const [word = Buffer.alloc(0), ...args] = request
      const name = text(word).toLowerCase()
      if (name === 'hello' && ['2', '3'].includes(text(args[0]))) protocol = Number(text(args[0]))
      socket.write(encode(answerTo(name, text(word), args, protocol), protocol))
      if (name === 'quit') break
    }
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
    socket.write(`-ERR Protocol error: ${error.message}\r\n`)
  }
  socket.destroySoon()
}

async function requestOf(input: Input): Promise<Buffer[] | undefined> {
  for (;;) {
    const head = await input.line()
    if (head === undefined) return undefined
    const request = head.startsWith('*') ? await bulksOf(input, head) : wordsOf(head)
    if (request === undefined || request.length > 0) return request
  }
}

async function bulksOf(input: Input, head: string): Promise<Buffer[] | undefined> {
  const bulks: Buffer[] = []
  const count = lengthIn(head, 2 ** 31 - 1, 'multibulk')
  while (bulks.length < count) {
    const line = await input.line()
    if (line === undefined) return undefined
    if (!line.startsWith('$')) throw new ProtocolError(`expected '$', got '${line.charAt(0)}'`)
    const length = lengthIn(line, BULK_MAX_BYTES, 'bulk')
    if (length < 0) throw new ProtocolError('invalid bulk length')
    const bulk = await input.bytes(length + 2)
    if (!bulk) return undefined
    bulks.push(Buffer.from(bulk.subarray(0, length)))
  }
  return bulks
}

function lengthIn(head: string, max: number, what: string): number {
  const length = Number(head.slice(1))
  if (/^.-?\d+$/.test(head) && length <= max) return length
  throw new ProtocolError(`invalid ${what} length`)
}

/** One character after another, as a shell would. */
function wordsOf(line: string): Buffer[] {
  const words: Buffer[] = []
  let word: string | undefined
  let quote = ''
  for (let i = 0; i < line.length; i += 1) {
    const character = line.charAt(i)
    const next = line.charAt(i + 1)
    if (quote === '' && /\s/.test(character)) {
      if (word !== undefined) words.push(Buffer.from(word, 'latin1'))
      word = undefined
    } else if (quote === '' && (character === '"' || character === "'")) {
      quote = character
      word ??= ''
    } else if (character === quote) {
      if (next !== '' && !/\s/.test(next)) throw new ProtocolError('unbalanced quotes in request')
      quote = ''
    } else if (character === '\\' && (quote === '"' || (quote === "'" && next === "'"))) {
      const code = /^x([\da-f]{2})/i.exec(line.slice(i + 1))?.[1]
      const plain = { n: '\n', r: '\r', t: '\t' }[next] ?? next
      word += quote === '"' && code ? String.fromCharCode(Number.parseInt(code, 16)) : plain
      i += quote === '"' && code ? 3 : 1
    } else word = (word ?? '') + character
  }
  if (quote !== '') throw new ProtocolError('unbalanced quotes in request')
  if (word !== undefined) words.push(Buffer.from(word, 'latin1'))
  return words
}

const NAMES: Record<string, [number, number]> = {
  ...{ ping: [0, 1], echo: [1, 1], select: [1, 1], hello: [0, 99], client: [1, 99], command: [0, 99] },
  ...{ info: [0, 99], quit: [0, 99], get: [1, 1], set: [2, 99], mget: [1, 1e9], mset: [2, 1e9] },
  ...{ append: [2, 2], strlen: [1, 1], incr: [1, 1], decr: [1, 1], incrby: [2, 2], del: [1, 1e9] },
  ...{ exists: [1, 1e9], type: [1, 1], keys: [1, 1], dbsize: [0, 0], flushall: [0, 1], expire: [2, 2] },
  ...{ pexpire: [2, 2], ttl: [1, 1], pttl: [1, 1], persist: [1, 1], lpush: [2, 1e9], rpush: [2, 1e9] },
  ...{ lpop: [1, 1], rpop: [1, 1], llen: [1, 1], lrange: [3, 3], hset: [3, 1e9], hget: [2, 2] },
  ...{ hgetall: [1, 1], hdel: [2, 1e9] },
}

function answerTo(name: string, word: string, args: Buffer[], protocol: number): Reply | Refusal {
  if (!Object.hasOwn(NAMES, name)) return new Refusal(`ERR unknown command '${word}'`)
  const [min, max] = NAMES[name] ?? [0, 0]
  const odd = (name === 'mset' && args.length % 2 === 1) || (name === 'hset' && args.length % 2 === 0)
  if (args.length < min || args.length > max || odd)
    return new Refusal(`ERR wrong number of arguments for '${name}' command`)
  try {
    return run(name, args, protocol)
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}

function run(name: string, args: Buffer[], protocol: number): Reply {
  const [key = '', second = '', third = ''] = args.slice(0, 3).map(text)
  const value = args[1] ?? Buffer.alloc(0)
  has(key)
  switch (name) {
    case 'ping':
      return args[0] ?? '+PONG'
    case 'echo':
      return args[0] ?? null
    case 'select':
      return integer(key) === 0n ? '+OK' : refuse('ERR DB index is out of range')
    case 'client':
      return /^set(name|info)$/i.test(key) ? '+OK' : refuse(`ERR unknown subcommand '${key}'`)
    case 'command':
      return []
    case 'info':
      return Buffer.from('redis_version:7.0.0\r\n')
    case 'quit':
    case 'flushall':
      if (name === 'flushall') for (const table of [...tables, expiries]) table.clear()
      return '+OK'
    case 'hello':
      return hello(key, protocol)
    case 'get':
      return at(strings, key) ?? null
    case 'set':
      return set(key, value, args.slice(2).map(text))
    case 'mget':
      return args.map((each) => (has(text(each)) && strings.get(text(each))) || null)
    case 'mset':
      for (let i = 0; i < args.length; i += 2) {
        remove(text(args[i]))
        strings.set(text(args[i]), args[i + 1] ?? value)
      }
      return '+OK'
    case 'append': {
      const joined = Buffer.concat([at(strings, key) ?? Buffer.alloc(0), value])
      strings.set(key, joined)
      return joined.length
    }
    case 'strlen':
      return at(strings, key)?.length ?? 0
    case 'incr':
    case 'decr':
    case 'incrby': {
      const amount = name === 'incrby' ? integer(second) : name === 'incr' ? 1n : -1n
      const sum = integer(text(at(strings, key) ?? Buffer.from('0'))) + amount
      if (sum >= 2n ** 63n || sum < -(2n ** 63n)) refuse('ERR increment or decrement would overflow')
      strings.set(key, Buffer.from(`${sum}`))
      return sum
    }
    case 'del':
      return args.filter((each) => has(text(each)) && remove(text(each))).length
    case 'exists':
      return args.filter((each) => has(text(each))).length
    case 'type':
      return ['+string', '+list', '+hash', '+none'][
        [...tables.map((table) => table.has(key)), true].indexOf(true)
      ] as string
    case 'keys': {
      const all = tables.flatMap((table) => [...table.keys()])
      const found = all.filter((each) => has(each) && fits(key, each))
      return found.map((each) => Buffer.from(each, 'latin1'))
    }
    case 'dbsize':
      return tables.reduce((sum, table) => sum + table.size, 0)
    case 'expire':
    case 'pexpire': {
      const moment = momentIn(second, name === 'expire' ? 1000n : 1n, name)
      if (!has(key)) return 0
      expiries.set(key, moment)
      return 1
    }
    case 'ttl':
    case 'pttl': {
      const left = (expiries.get(key) ?? 0) - Date.now()
      if (!expiries.has(key)) return has(key) ? -1 : -2
      return name === 'ttl' ? Math.ceil(left / 1000) : left
    }
    case 'persist':
      return Number(expiries.delete(key))
    case 'lpush':
    case 'rpush': {
      const old = at(lists, key) ?? []
      const more = args.slice(1)
      const list = name === 'lpush' ? more.reverse().concat(old) : old.concat(more)
      lists.set(key, list)
      return list.length
    }
    case 'lpop':
    case 'rpop': {
      const list = at(lists, key)
      const element = (name === 'lpop' ? list?.shift() : list?.pop()) ?? null
      if (list?.length === 0) remove(key)
      return element
    }
    case 'llen':
      return at(lists, key)?.length ?? 0
    case 'lrange': {
      const list = at(lists, key) ?? []
      const [from, to] = [integer(second), integer(third)].map((n) =>
        n < 0n ? Number(n) + list.length : Number(n),
      )
      return list.filter((_, i) => i >= (from ?? 0) && i <= (to ?? 0))
    }
    case 'hset': {
      const hash = at(hashes, key) ?? new Map<string, Buffer>()
      const before = hash.size
      for (let i = 1; i < args.length; i += 2) hash.set(text(args[i]), args[i + 1] ?? value)
      hashes.set(key, hash)
      return hash.size - before
    }
    case 'hget':
      return at(hashes, key)?.get(second) ?? null
    case 'hdel': {
      const hash = at(hashes, key)
      const count = args.slice(1).filter((field) => hash?.delete(text(field))).length
      if (hash?.size === 0) remove(key)
      return count
    }
    default:
      return new Map(at(hashes, key) ?? [])
  }
}

function hello(version: string, protocol: number): Reply {
  if (!/^\d*$/.test(version)) refuse('ERR Protocol version is not an integer or out of range')
  if (!['', '2', '3'].includes(version)) refuse('NOPROTO unsupported protocol version')
  return new Map<string, Reply>([
    ['server', Buffer.from('redis')],
    ['version', Buffer.from('7.0.0')],
    ['proto', protocol],
    ['id', 1],
    ['mode', Buffer.from('standalone')],
    ['role', Buffer.from('master')],
    ['modules', []],
  ])
}

function set(key: string, value: Buffer, options: string[]): Reply {
  const given = options.map((option) => option.toUpperCase()).join(' ')
  const match = /^((NX|XX|GET)\b ?)*((EX|PX) (\S+) ?)?((NX|XX|GET)\b ?)*$/.exec(given)
  const asked = given.split(' ')
  if (!match || (asked.includes('NX') && asked.includes('XX'))) refuse('ERR syntax error')
  const moment = match[5] && momentIn(match[5].toLowerCase(), match[4] === 'EX' ? 1000n : 1n, 'set', 1n)

  const old = asked.includes('GET') ? (at(strings, key) ?? null) : null
  if (asked.includes(has(key) ? 'NX' : 'XX')) return old
  remove(key)
  strings.set(key, value)
  if (moment) expiries.set(key, moment)
  return asked.includes('GET') ? old : '+OK'
}

/** Whether there is something under a key. Every command asks that first, so this is where keys expire. */
function has(key: string): boolean {
  if ((expiries.get(key) ?? Number.POSITIVE_INFINITY) <= Date.now()) remove(key)
  return tables.some((table) => table.has(key))
}

function at<Value>(table: Map<string, Value>, key: string): Value | undefined {
  return !table.has(key) && has(key) ? refuse(WRONG_TYPE) : table.get(key)
}

function remove(key: string): boolean {
  expiries.delete(key)
  return tables.filter((table) => table.delete(key)).length > 0
}

function refuse(reason: string): never {
  throw new Refusal(reason)
}

function integer(digits: string): bigint {
  if (!/^(0|-?[1-9]\d*)$/.test(digits) || digits.length > 20) refuse(NOT_AN_INTEGER)
  const number = BigInt(digits)
  return number >= -(2n ** 63n) && number < 2n ** 63n ? number : refuse(NOT_AN_INTEGER)
}

function momentIn(amount: string, unit: bigint, command: string, min = -(2n ** 63n)): number {
  const moment = BigInt(Date.now()) + integer(amount) * unit
  if (integer(amount) < min || moment >= 2n ** 63n || moment < -(2n ** 63n))
    refuse(`ERR invalid expire time in '${command}' command`)
  return Number(moment)
}

/** Compares from the left, and tries every length for a star. */
function fits(glob: string, key: string): boolean {
  if (glob === '') return key === ''
  if (glob.startsWith('*')) return fits(glob.slice(1), key) || (key !== '' && fits(glob, key.slice(1)))
  if (key === '') return false
  const set = /^\[(\^?)((?:\\.|[^\]])*)\]/s.exec(glob)
  const token = set?.[0] ?? /^\\?./s.exec(glob)?.[0] ?? ''
  const isIn = () =>
    [...(set?.[2] ?? '').matchAll(/\\?(.)(?:-\\?(.))?/gs)].some(
      ([, from = '', to = from]) => key.charAt(0) >= from && key.charAt(0) <= to,
    )
  const same = set ? isIn() !== (set[1] === '^') : token === '?' || token.slice(-1) === key.charAt(0)
  return same && fits(glob.slice(token.length), key.slice(1))
}

function text(bytes: Buffer | undefined): string {
  return bytes?.toString('latin1') ?? ''
}

function encode(reply: Reply | Refusal, protocol: number): Buffer {
  if (reply instanceof Refusal) return Buffer.from(`-${reply.message.replace(/[\r\n]/g, ' ')}\r\n`, 'latin1')
  if (Buffer.isBuffer(reply)) return Buffer.concat([head('$', reply.length), reply, Buffer.from('\r\n')])
  if (reply === null) return Buffer.from(protocol === 3 ? '_\r\n' : '$-1\r\n')
  if (typeof reply === 'string') return Buffer.from(`${reply}\r\n`)
  if (Array.isArray(reply))
    return Buffer.concat([head('*', reply.length), ...reply.map((each) => encode(each, protocol))])
  if (!(reply instanceof Map)) return head(':', reply)
  const parts = [...reply].flatMap(([key, each]) => [Buffer.from(key, 'latin1'), each])
  const length = protocol === 3 ? head('%', reply.size) : head('*', parts.length)
  return Buffer.concat([length, ...parts.map((each) => encode(each, protocol))])
}

function head(type: string, length: number | bigint): Buffer {
  return Buffer.from(`${type}${length}\r\n`)
}

/** What a socket receives, taken as lines and as lengths. */
function inputOf(socket: Socket) {
  const chunks: AsyncIterator<Buffer> = socket.iterator({ destroyOnReturn: false })
  let unread: Buffer = Buffer.alloc(0)

  async function line(): Promise<string | undefined> {
    let end = unread.indexOf('\n')
    while (end < 0) {
      if (unread.length > LINE_MAX_BYTES) throw new ProtocolError('too big inline request')
      const chunk = await next()
      if (!chunk) return undefined
      unread = Buffer.concat([unread, chunk])
      end = unread.indexOf('\n')
    }
    const words = unread.toString('latin1', 0, end)
    unread = unread.subarray(end + 1)
    return words.endsWith('\r') ? words.slice(0, -1) : words
  }

  async function bytes(length: number): Promise<Buffer | undefined> {
    const parts = [unread]
    let size = unread.length
    while (size < length) {
      const chunk = await next()
      if (!chunk) return undefined
      parts.push(chunk)
      size += chunk.length
    }
    const all = parts.length === 1 ? unread : Buffer.concat(parts)
    unread = all.subarray(length)
    return all.subarray(0, length)
  }

  async function next(): Promise<Buffer | undefined> {
    try {
      const { done, value } = await chunks.next()
      return done ? undefined : value
    } catch {
      return undefined
    }
  }

  return { line, bytes }
}
