import { createServer, type Socket } from 'node:net'

const LINE_MAX_BYTES = 64 * 1024
const BULK_MAX_BYTES = 512 * 1024 * 1024 - 64 // Redis takes 512 MiB; V8's longest string is a little shorter.
const ARGS_MAX = 2 ** 31 - 1
const [CARRIAGE_RETURN, LINE_FEED] = [13, 10]
const UNREAD_MAX_BYTES = 32 * 1024 * 1024 // How much may wait for a subscriber that does not read.
const INT64_MIN = -(2n ** 63n)
const NEVER = Number.POSITIVE_INFINITY
const ANY = Number.POSITIVE_INFINITY

/** Strings are latin1: one character is one byte, so any bytes survive and lengths are in bytes. */
type Value = string | string[] | Map<string, string>
type Entry = { value: Value; expiresAt: number }
type Status = { status: string }
type Reply = string | number | bigint | null | Status | Refusal | Pushes | Reply[] | Map<string, Reply>
/** Messages that are not answers (published ones), or several answers to one command. */
type Pushes = { pushes: Reply[][] }
type Client = {
  id: number
  socket: Socket
  protocol: 2 | 3
  leaves: boolean
  /** Requests that have not been run yet: they queue up while the client is blocked. */
  requests: (string[] | ProtocolError)[]
  unsent: string
  channels: Set<string>
  patterns: Set<string>
  transaction: Transaction | undefined
  watched: Set<string>
  isStale: boolean // A key that it watches has changed.
  waiter: Waiter | undefined
}
/** Between MULTI and EXEC. */
type Transaction = { queued: (() => Reply | undefined)[]; isBroken: boolean }
/** A client that is blocked until one of these keys has an element, or its timer runs out. */
type Waiter = { client: Client; keys: string[]; take: Take; timer: NodeJS.Timeout | undefined }
type Take = (list: string[]) => string | undefined
/** The arguments of a command: at least the minimum in its row of the table. */
type Args = [string, string, string, ...string[]]
type Command = [min: number, max: number, run: Run]
/** Returns undefined if there is no answer yet. */
type Run = (args: Args, client: Client) => Reply | undefined

/** Thrown by a command: its answer is this error. */
class Refusal extends Error {}
/** Thrown by the parser: where the next command begins is unknown, so the connection is closed. */
class ProtocolError extends Error {}

const OK: Status = { status: 'OK' }
const NIL_ARRAY: Status = { status: 'nil array' } // RESP2 distinguishes it from nil.
/** What a subscriber may send in RESP2; in RESP3, where pushes have their own type, anything. */
const FOR_SUBSCRIBERS = new Set(['subscribe', 'unsubscribe', 'psubscribe', 'punsubscribe', 'ping', 'quit'])
/** Commands that run at once, even after MULTI. */
const NEVER_QUEUED = new Set(['multi', 'exec', 'discard', 'watch', 'quit'])
const NOT_AN_INTEGER = 'ERR value is not an integer or out of range'
const WRONG_TYPE = 'WRONGTYPE Operation against a key holding the wrong kind of value'

const entries = new Map<string, Entry>()
/** Clients by the channel, pattern or key that they wait for; a Set keeps their order. */
const subscribers = new Map<string, Set<Client>>()
const patternSubscribers = new Map<string, Set<Client>>()
const watchers = new Map<string, Set<Client>>()
const waiters = new Map<string, Set<Waiter>>()
/** Keys of lists that have grown, and clients that have something to be sent. */
const grown = new Set<string>()
const addressed = new Set<Client>()
let connections = 0

const commands = new Map(
  Object.entries<Command>({
    ping: [0, 1, ping],
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

    subscribe: [1, ANY, (names, client) => subscribe('subscribe', names, client)],
    psubscribe: [1, ANY, (names, client) => subscribe('psubscribe', names, client)],
    unsubscribe: [0, ANY, (names, client) => unsubscribe('unsubscribe', names, client)],
    punsubscribe: [0, ANY, (names, client) => unsubscribe('punsubscribe', names, client)],
    publish: [2, 2, publish],
    pubsub: [1, ANY, pubsub],

    multi: [0, 0, multi],
    exec: [0, 0, exec],
    discard: [0, 0, discard],
    watch: [1, ANY, watch],
    unwatch: [0, 0, (_, client) => unwatch(client)],

    blpop: [2, ANY, (args, client) => popOrWait(args, client, (list) => list.shift())],
    brpop: [2, ANY, (args, client) => popOrWait(args, client, (list) => list.pop())],
  }),
)

createServer({ noDelay: true }, serve).listen(Number(process.env.PORT), process.env.HOST)

// The wire

function serve(socket: Socket): void {
  connections += 1
  const client = newClient(connections, socket)
  const requestsIn = parser()

  socket.on('error', () => {}) // A reset: 'close' comes next.
  socket.on('end', () => forget(client))
  socket.on('close', () => forget(client))
  socket.on('data', (chunk: Buffer) => {
    try {
      for (const request of requestsIn(chunk)) client.requests.push(request)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      client.requests.push(error)
    }
    obey(client)
    sendAll()
  })
}

function newClient(id: number, socket: Socket): Client {
  const [channels, patterns, watched] = [new Set<string>(), new Set<string>(), new Set<string>()]
  const state = { protocol: 2 as const, leaves: false, requests: [], unsent: '', isStale: false }
  return { id, socket, channels, patterns, watched, transaction: undefined, waiter: undefined, ...state }
}

/** Runs a client's requests, up to a command that has to wait. */
function obey(client: Client): void {
  while (!client.leaves && !client.waiter) {
    const request = client.requests.shift()
    if (request === undefined) return
    const isBroken = request instanceof ProtocolError
    const reply = isBroken ? new Refusal(`ERR Protocol error: ${request.message}`) : answerTo(request, client)
    if (reply !== undefined) send(client, reply)
    if (isBroken) client.leaves = true
    serveWaiters()
  }
}

/** Adds a reply to what is sent when the current event has been handled, in one write a client. */
function send(client: Client, reply: Reply): void {
  client.unsent += encode(reply, client.protocol)
  addressed.add(client)
  const waiting = client.unsent.length + client.socket.writableLength
  if (subscriptionsOf(client) > 0 && waiting > UNREAD_MAX_BYTES) {
    client.socket.destroy()
    forget(client)
  }
}

function sendAll(): void {
  for (const client of addressed) {
    client.socket.write(client.unsent, 'latin1')
    client.unsent = ''
    if (client.leaves) client.socket.destroySoon()
  }
  addressed.clear()
}

/** A client that has left gets no messages, and takes nothing from a list. */
function forget(client: Client): void {
  addressed.delete(client)
  client.leaves = true
  for (const name of client.channels) removeFrom(subscribers, name, client)
  for (const name of client.patterns) removeFrom(patternSubscribers, name, client)
  unwatch(client)
  stopWaiting(client)
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

function encode(reply: Reply, protocol: number): string {
  if (typeof reply === 'string') return `$${reply.length}\r\n${reply}\r\n`
  if (typeof reply === 'number' || typeof reply === 'bigint') return `:${reply}\r\n`
  if (reply === null) return protocol === 3 ? '_\r\n' : '$-1\r\n'
  if (reply === NIL_ARRAY) return protocol === 3 ? '_\r\n' : '*-1\r\n'
  if (reply instanceof Refusal) return `-${reply.message.replace(/[\r\n]/g, ' ')}\r\n`
  const encodeAll = (replies: Reply[]) => replies.map((each) => encode(each, protocol)).join('')
  if (Array.isArray(reply)) return `*${reply.length}\r\n${encodeAll(reply)}`
  if ('status' in reply) return `+${reply.status}\r\n`
  if ('pushes' in reply) {
    const mark = protocol === 3 ? '>' : '*'
    return reply.pushes.map((each) => `${mark}${each.length}\r\n${encodeAll(each)}`).join('')
  }
  const head = protocol === 3 ? `%${reply.size}` : `*${reply.size * 2}`
  return `${head}\r\n${encodeAll([...reply].flat())}`
}

// The commands

function answerTo([word = '', ...args]: string[], client: Client): Reply | undefined {
  const name = word.toLowerCase()
  const { transaction } = client
  const command = commandFor(word, args, client)
  if (command instanceof Refusal) {
    if (transaction) transaction.isBroken = true
    return command
  }
  const run = () => settle(() => command(args as unknown as Args, client))
  if (!transaction || NEVER_QUEUED.has(name)) return run()
  transaction.queued.push(run)
  return { status: 'QUEUED' }
}

/** A function that runs this command, or the reason why it cannot be run. */
function commandFor(word: string, args: string[], client: Client): Run | Refusal {
  const name = word.toLowerCase()
  const [min, max, run] = commands.get(name) ?? [0, -1, undefined]
  if (!run) return new Refusal(`ERR unknown command '${word}'`)
  if (args.length < min || args.length > max)
    return new Refusal(`ERR wrong number of arguments for '${name}' command`)
  if (client.protocol === 3 || subscriptionsOf(client) === 0 || FOR_SUBSCRIBERS.has(name)) return run
  const allowed = '(P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET'
  return new Refusal(`ERR Can't execute '${name}': only ${allowed} are allowed in this context`)
}

/** Turns a refusal into an answer. */
function settle(run: () => Reply | undefined): Reply | undefined {
  try {
    return run()
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

function ping([message]: Args, client: Client): Reply {
  if (client.protocol === 2 && subscriptionsOf(client) > 0) return ['pong', message ?? '']
  return message ?? { status: 'PONG' }
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
  put(key, { value, expiresAt })
  return asked.has('GET') ? old : OK
}

function mset(args: string[]): Reply {
  for (const [key, value] of pairsOf(args, 'mset')) put(key, { value, expiresAt: NEVER })
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
  for (const key of entries.keys()) remove(key)
  return OK
}

function expire(key: string, expiresAt: number): Reply {
  const entry = find(key)
  if (!entry) return 0
  put(key, { value: entry.value, expiresAt })
  return 1
}

function persist([key]: Args): Reply {
  const entry = find(key)
  if (!entry || entry.expiresAt === NEVER) return 0
  put(key, { value: entry.value, expiresAt: NEVER })
  return 1
}

function timeLeft(key: string, unit: number): Reply {
  const entry = find(key)
  if (!entry) return -2
  return entry.expiresAt === NEVER ? -1 : Math.round((entry.expiresAt - performance.now()) / unit)
}

function push(key: string, values: string[], add: (list: string[], value: string) => void): Reply {
  const list = update(key, listAt(key) ?? [])
  for (const value of values) add(list, value)
  grown.add(key)
  return list.length
}

function pop(key: string, take: Take): string | null {
  const list = listAt(key)
  const value = list && take(list)
  if (value === undefined) return null
  if (list?.length === 0) remove(key)
  else touch(key)
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
  const hash = update(key, hashAt(key) ?? new Map<string, string>())
  const before = hash.size
  for (const [field, value] of pairs) hash.set(field, value)
  return hash.size - before
}

function hdel([key, ...fields]: Args): Reply {
  const hash = hashAt(key) ?? new Map<string, string>()
  const deleted = fields.filter((field) => hash.delete(field)).length
  if (hash.size === 0) remove(key)
  else if (deleted > 0) touch(key)
  return deleted
}

// Publish and subscribe

const KINDS = {
  subscribe: { all: subscribers, own: (client: Client) => client.channels },
  psubscribe: { all: patternSubscribers, own: (client: Client) => client.patterns },
}

function subscribe(verb: keyof typeof KINDS, names: string[], client: Client): Reply {
  const { all, own } = KINDS[verb]
  const pushes = names.map((name) => {
    own(client).add(name)
    addTo(all, name, client)
    return [verb, name, subscriptionsOf(client)]
  })
  return { pushes }
}

function unsubscribe(verb: 'unsubscribe' | 'punsubscribe', names: string[], client: Client): Reply {
  const { all, own } = KINDS[verb === 'unsubscribe' ? 'subscribe' : 'psubscribe']
  const given = names.length > 0 ? names : [...own(client)]
  if (given.length === 0) return { pushes: [[verb, null, subscriptionsOf(client)]] }
  const pushes = given.map((name) => {
    own(client).delete(name)
    removeFrom(all, name, client)
    return [verb, name, subscriptionsOf(client)]
  })
  return { pushes }
}

function subscriptionsOf({ channels, patterns }: Client): number {
  return channels.size + patterns.size
}

/** Returns how many messages were sent; a client that is subscribed in two ways gets two. */
function publish([channel, message]: Args): Reply {
  let told = 0
  const tell = (client: Client, ...push: string[]) => {
    told += 1
    send(client, { pushes: [push] })
  }
  for (const client of subscribers.get(channel) ?? []) tell(client, 'message', channel, message)
  for (const [pattern, clients] of patternSubscribers) {
    if (!matcherOf(pattern)(channel)) continue
    for (const client of clients) tell(client, 'pmessage', pattern, channel, message)
  }
  return told
}

function pubsub([word, ...args]: Args): Reply {
  const subcommand = word.toLowerCase()
  if (subcommand === 'numpat') return patternSubscribers.size
  if (subcommand === 'channels') return [...subscribers.keys()].filter(matcherOf(args[0] ?? '*'))
  if (subcommand === 'numsub') return args.flatMap((name) => [name, subscribers.get(name)?.size ?? 0])
  return unknown('subcommand', word)
}

// Transactions

function multi(_: Args, client: Client): Reply {
  if (client.transaction) refuse('ERR MULTI calls can not be nested')
  client.transaction = { queued: [], isBroken: false }
  return OK
}

function exec(_: Args, client: Client): Reply {
  const { transaction, watched } = client
  if (!transaction) return refuse('ERR EXEC without MULTI')
  for (const key of watched) find(key) // Removes it if it has expired, which counts as a change.
  const { isStale } = client
  unwatch(client)
  try {
    if (transaction.isBroken) refuse('EXECABORT Transaction discarded because of previous errors.')
    // No other client's command can run in between: there is no await.
    return isStale ? NIL_ARRAY : transaction.queued.map((run) => run() ?? null)
  } finally {
    client.transaction = undefined
  }
}

function discard(_: Args, client: Client): Reply {
  if (!client.transaction) refuse('ERR DISCARD without MULTI')
  client.transaction = undefined
  return unwatch(client)
}

function watch(keys: Args, client: Client): Reply {
  if (client.transaction) refuse('ERR WATCH inside MULTI is not allowed')
  for (const key of keys) {
    find(key)
    client.watched.add(key)
    addTo(watchers, key, client)
  }
  return OK
}

function unwatch(client: Client): Reply {
  for (const key of client.watched) removeFrom(watchers, key, client)
  client.watched.clear()
  client.isStale = false
  return OK
}

// Waiting for lists

function popOrWait(args: Args, client: Client, take: Take): Reply | undefined {
  const keys = args.slice(0, -1)
  const ms = timeoutIn(args.at(-1) ?? '')
  for (const key of keys) {
    const value = pop(key, take)
    if (value !== null) return [key, value]
  }
  if (client.transaction) return NIL_ARRAY

  const timer = ms > 0 ? setTimeout(giveUp, ms, client) : undefined
  client.waiter = { client, keys, take, timer }
  for (const key of keys) addTo(waiters, key, client.waiter)
  return undefined
}

/** In ms. 0 means for ever. */
function timeoutIn(seconds: string): number {
  if (!/^-?\d+(\.\d+)?$/.test(seconds)) refuse('ERR timeout is not a float or out of range')
  if (Number(seconds) < 0) refuse('ERR timeout is negative')
  return Math.min(Math.ceil(Number(seconds) * 1000), 2 ** 31 - 1) // Node's timers can be no longer.
}

function giveUp(client: Client): void {
  stopWaiting(client)
  send(client, NIL_ARRAY)
  obey(client)
  sendAll()
}

/** Gives new elements to waiting clients, the longest waiting first; never within a transaction. */
function serveWaiters(): void {
  for (const key of grown) {
    grown.delete(key)
    for (const { client, take } of waiters.get(key) ?? []) {
      const value = Array.isArray(find(key)?.value) ? pop(key, take) : null
      if (value === null) break
      stopWaiting(client)
      send(client, [key, value])
      setImmediate(goOn, client)
    }
  }
}

function goOn(client: Client): void {
  obey(client)
  sendAll()
}

function stopWaiting(client: Client): void {
  const { waiter } = client
  if (!waiter) return
  clearTimeout(waiter.timer)
  for (const key of waiter.keys) removeFrom(waiters, key, waiter)
  client.waiter = undefined
}

function addTo<Member>(all: Map<string, Set<Member>>, name: string, member: Member): void {
  const members = all.get(name) ?? new Set()
  all.set(name, members.add(member))
}

function removeFrom<Member>(all: Map<string, Set<Member>>, name: string, member: Member): void {
  const members = all.get(name)
  members?.delete(member)
  if (members?.size === 0) all.delete(name)
}

// The keys

/** What is stored under a key. An expired value is removed here, when it is next looked up. */
function find(key: string): Entry | undefined {
  const entry = entries.get(key)
  if (!entry || entry.expiresAt > performance.now()) return entry
  entries.delete(key)
  touch(key)
  return undefined
}

function remove(key: string): boolean {
  if (!find(key)) return false
  touch(key)
  return entries.delete(key)
}

function put(key: string, entry: Entry): void {
  entries.set(key, entry)
  touch(key)
}

/** Marks the transactions of all clients that watch this key. */
function touch(key: string): void {
  for (const client of watchers.get(key) ?? []) client.isStale = true
}

/** Stores a value under a key, whose expiry stays. */
function update<V extends Value>(key: string, value: V): V {
  put(key, { value, expiresAt: find(key)?.expiresAt ?? NEVER })
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
