import { once } from 'node:events'
import { open, realpath, stat } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { extname, join, sep } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const MAX_LINE_BYTES = 16 * 1024
const MAX_FIELDS_BYTES = 32 * 1024
const PART_BYTES = 64 * 1024
const LINE_EVERY_MS = 5

// Each names the bytes that it accepts: a stray CR, LF or NUL never counts as a space.
const REQUEST_LINE = /^([!#$%&'*+\-.^`|~\w]+) ([!-~]+) HTTP\/(\d)\.(\d)$/
const FIELD = /^([!#$%&'*+\-.^`|~\w]+):[\t ]*([!-~\x80-\xff]+(?:[\t ]+[!-~\x80-\xff]+)*)?[\t ]*$/
const CHUNK_LINE = /^([\da-f]{1,8})(?:[\t ]*;[\t -~\x80-\xff]*)?$/i

const REASONS: Record<number, string> = {
  200: 'OK',
  206: 'Partial Content',
  304: 'Not Modified',
  400: 'Bad Request',
  404: 'Not Found',
  405: 'Method Not Allowed',
  414: 'URI Too Long',
  416: 'Range Not Satisfiable',
  431: 'Request Header Fields Too Large',
  505: 'HTTP Version Not Supported',
}

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.svg': 'image/svg+xml',
}

type Fields = Map<string, string>

interface Request {
  method: string
  path: string
  /** The 1 of HTTP/1.1. */
  minor: number
  fields: Fields
  body: AsyncIterable<Buffer>
  /** The client holds its body back until it is told to go on (100). */
  waits: boolean
  /** The connection stays open for another request. */
  keep: boolean
}

interface Answer {
  status: number
  fields?: Record<string, string>
  parts?: AsyncIterable<Buffer> | Iterable<Buffer>
  /** Of all parts together; undefined if it is unknown before the last one. */
  length?: number | undefined
}

/** Bytes after which the start of the next request is unknown. */
class Refusal extends Error {
  readonly status: number
  constructor(status: number) {
    super(`${status}`)
    this.status = status
  }
}

const root = join(await realpath(process.env.ROOT ?? 'exercises/21-http-bodies/site'), sep)
const idleMs = Number(process.env.IDLE_MS ?? 5000)

createServer({ allowHalfOpen: true, noDelay: true }, serve).listen(
  Number(process.env.PORT ?? 4000),
  process.env.HOST ?? '127.0.0.1',
)

async function serve(socket: Socket): Promise<void> {
  const connection = new Connection(socket)
  try {
    while (await exchange(connection));
    await connection.leave()
  } catch {
    socket.destroy() // the client is gone, or our file is
  }
}

/**
 * One request and its answer. The next request is not read before that, so answers stay in order.
 * Resolves to whether there may be a next one.
 */
async function exchange(connection: Connection): Promise<boolean> {
  connection.answered = false
  try {
    const request = await readRequest(connection)
    if (!request || connection.isOver) return false
    await respond(connection, request, await answer(connection, request))
    if (request.keep) for await (const _ of request.body); // the part that the answer did not use
    return request.keep
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    // With half an answer on the wire it is too late for a 400: the early end shows the failure.
    if (!connection.answered) await respond(connection, undefined, plain(error.status))
    return false
  }
}

async function readRequest(connection: Connection): Promise<Request | undefined> {
  let line = await connection.line(414)
  if (line === '') line = await connection.line(414) // very old clients send one after a body
  if (line === undefined) return undefined
  const [, method = '', target = '', major, minor] = REQUEST_LINE.exec(line) ?? []
  if (major === undefined) throw new Refusal(400)
  if (major !== '1') throw new Refusal(505)
  const fields = await readFields(connection)
  const isOld = minor === '0'
  // Two of them were joined with ", " and do not match.
  if (!/^[\w.\-:[\]~%]*$/.test(fields.get('host') ?? (isOld ? '' : '?'))) throw new Refusal(400)
  const options = (fields.get('connection') ?? '').toLowerCase().split(/[\t ]*,[\t ]*/)
  const length = bodyLength(fields, isOld)
  const expects = fields.get('expect')?.toLowerCase() === '100-continue'
  return {
    method,
    path: target.replace(/^http:\/\/[^/?]*/i, '').replace(/\?.*$/, '') || '/',
    minor: Number(minor),
    fields,
    body: length === 'chunked' ? chunksOf(connection) : connection.bytes(length),
    waits: expects && !isOld && length !== 0,
    keep: isOld ? options.includes('keep-alive') : !options.includes('close'),
  }
}

/** Lines up to an empty one: the fields of a request, or the trailers after its last chunk. */
async function readFields(connection: Connection): Promise<Fields> {
  const fields: Fields = new Map()
  let left = MAX_FIELDS_BYTES
  for (;;) {
    const line = await connection.line(431)
    if (line === '') return fields
    const [, name, value = ''] = FIELD.exec(line ?? '') ?? []
    if (name === undefined) throw new Refusal(400)
    left -= name.length + value.length
    if (left < 0) throw new Refusal(431)
    const key = name.toLowerCase()
    const before = fields.get(key)
    fields.set(key, before === undefined ? value : `${before}, ${value}`)
  }
}

/**
 * Where the body ends (RFC 9112, 6.3). What two servers could read differently is refused: see the
 * lesson's table.
 */
function bodyLength(fields: Fields, isOld: boolean): number | 'chunked' {
  const codings = fields.get('transfer-encoding')
  const length = fields.get('content-length')
  if (codings !== undefined) {
    if (length !== undefined || isOld || codings.toLowerCase() !== 'chunked') throw new Refusal(400)
    return 'chunked'
  }
  if (length === undefined) return 0
  // Two of them were joined with ", " and fail, too. Fifteen digits are a safe integer: 900 TB.
  if (!/^\d{1,15}$/.test(length)) throw new Refusal(400)
  return Number(length)
}

async function* chunksOf(connection: Connection): AsyncGenerator<Buffer> {
  for (;;) {
    const [, size] = CHUNK_LINE.exec((await connection.line(400)) ?? '') ?? []
    if (size === undefined) throw new Refusal(400)
    if (/^0+$/.test(size)) break
    yield* connection.bytes(Number.parseInt(size, 16))
    if ((await connection.line(400)) !== '') throw new Refusal(400)
  }
  await readFields(connection) // trailers: read, but not trusted
}

async function answer(connection: Connection, request: Request): Promise<Answer> {
  const { path } = request
  if (path === '/echo') {
    if (request.method !== 'POST') return plain(405, { Allow: 'POST' })
    return echo(connection, request)
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') return plain(405, { Allow: 'GET, HEAD' })
  const [, count] = /^\/stream\/(\d{1,9})$/.exec(path) ?? []
  if (count === undefined) return file(request)
  return {
    status: 200,
    fields: { 'Content-Type': 'text/plain' },
    parts: linesUpTo(Number(count), connection.gone),
  }
}

function plain(status: number, fields: Record<string, string> = {}): Answer {
  const text = Buffer.from(`${status} ${REASONS[status]}\n`)
  return { status, fields: { 'Content-Type': 'text/plain', ...fields }, parts: [text], length: text.length }
}

async function echo(connection: Connection, request: Request): Promise<Answer> {
  if (request.waits) await connection.write('HTTP/1.1 100 Continue\r\n\r\n')
  request.waits = false
  const { fields, body } = request
  const type = fields.get('content-type') ?? 'application/octet-stream'
  const length = fields.has('transfer-encoding') ? undefined : Number(fields.get('content-length') ?? 0)
  return { status: 200, fields: { 'Content-Type': type }, parts: body, length }
}

async function* linesUpTo(count: number, gone: AbortSignal): AsyncGenerator<Buffer> {
  for (let n = 1; n <= count; n += 1) {
    if (n > 1) await delay(LINE_EVERY_MS, undefined, { signal: gone })
    yield Buffer.from(`line ${n}\n`)
  }
}

async function file({ method, path, fields }: Request): Promise<Answer> {
  const found = await find(path)
  if (!found) return plain(404)
  const { name, size, etag, type } = found
  const about = { ETag: etag, 'Accept-Ranges': 'bytes' }
  if (isKnown(etag, fields.get('if-none-match'))) return { status: 304, fields: about }

  const isWanted = method === 'GET' && (fields.get('if-range') ?? etag) === etag
  const range = isWanted ? rangeOf(fields.get('range'), size) : undefined
  const [from, to] = range ?? [0, size]
  if (range && from >= to) return plain(416, { 'Content-Range': `bytes */${size}` })
  return {
    status: range ? 206 : 200,
    fields: {
      ...about,
      'Content-Type': type,
      ...(range && { 'Content-Range': `bytes ${from}-${to - 1}/${size}` }),
    },
    parts: partsOf(name, from, to),
    length: to - from,
  }
}

/** The file that a path names, if it is really below ROOT, whatever dots, escapes and links say. */
async function find(path: string) {
  try {
    const decoded = decodeURIComponent(path)
    const name = await realpath(join(root, decoded.endsWith('/') ? `${decoded}index.html` : decoded))
    const about = await stat(name)
    if (!name.startsWith(root) || !about.isFile()) return undefined
    const { size, mtimeMs } = about
    const type = TYPES[extname(name).toLowerCase()] ?? 'application/octet-stream'
    return { name, size, type, etag: `"${size.toString(16)}-${mtimeMs.toString(16)}"` }
  } catch {
    return undefined
  }
}

function isKnown(etag: string, list: string | undefined): boolean {
  if (list === undefined) return false
  const tags = list.split(',').map((tag) => tag.trim().replace(/^W\//, ''))
  return list === '*' || tags.includes(etag)
}

/**
 * The first byte of a range and the one after its last; undefined for the whole file, also if we do
 * not understand the field.
 */
function rangeOf(field: string | undefined, size: number): [from: number, to: number] | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/i.exec(field ?? '') ?? []
  if (first === '' && last === '') return undefined
  if (first === '') return [Math.max(0, size - Number(last)), size]
  if (last !== '' && Number(last) < Number(first)) return undefined
  return [Number(first), last === '' ? size : Math.min(Number(last) + 1, size)]
}

/** Opens a file for its first part; closes it after the last or when the client is gone. */
async function* partsOf(name: string, from: number, to: number): AsyncGenerator<Buffer> {
  const handle = await open(name)
  try {
    for (let at = from; at < to; ) {
      const part = Buffer.allocUnsafe(Math.min(PART_BYTES, to - at))
      const { bytesRead } = await handle.read(part, 0, part.length, at)
      if (bytesRead === 0) throw new Error('the file is shorter than it was')
      at += bytesRead
      yield part.subarray(0, bytesRead)
    }
  } finally {
    await handle.close()
  }
}

/**
 * Sends an answer that says how it ends and whether another may follow. `request` is undefined
 * if what came was not a request.
 */
async function respond(connection: Connection, request: Request | undefined, answer: Answer): Promise<void> {
  const { status, fields = {}, parts = [], length } = answer
  const isOld = request?.minor === 0
  const isBare = request?.method === 'HEAD' || status === 304
  const isChunked = length === undefined && status !== 304 && !isOld
  // A body without a known end, or one that waits for a 100 in vain, ends the connection.
  const keep = request?.keep && !request.waits && (length !== undefined || isChunked || isBare)
  if (request) request.keep = keep === true

  const head = [`HTTP/1.1 ${status} ${REASONS[status]}`, `Date: ${new Date().toUTCString()}`]
  for (const [name, value] of Object.entries(fields)) head.push(`${name}: ${value}`)
  if (length !== undefined) head.push(`Content-Length: ${length}`)
  if (isChunked) head.push('Transfer-Encoding: chunked')
  if (!keep) head.push('Connection: close')
  else if (isOld) head.push('Connection: keep-alive')

  // The head travels with the first part, so an invalid first chunk still gets its 400.
  let ready = Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1')
  if (!isBare) {
    for await (const part of parts) {
      connection.answered = true
      await connection.write(Buffer.concat([ready, ...(isChunked ? chunk(part) : [part])]))
      ready = Buffer.alloc(0)
    }
    if (isChunked) ready = Buffer.concat([ready, Buffer.from('0\r\n\r\n')])
  }
  connection.answered = true
  if (ready.length > 0) await connection.write(ready)
}

function chunk(part: Buffer): Buffer[] {
  return [Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n')]
}

/** A socket that is read by lines and lengths, and ended if the client keeps us waiting. */
class Connection {
  /** Aborted when the connection is over. */
  readonly gone: AbortSignal
  /** Part of the answer to this request is on the wire. */
  answered = false
  readonly #socket: Socket
  readonly #chunks: AsyncIterator<Buffer>
  #unread: Buffer = Buffer.alloc(0)
  #isReading = false

  constructor(socket: Socket) {
    const gone = new AbortController()
    this.gone = gone.signal
    this.#socket = socket
    this.#chunks = socket.iterator({ destroyOnReturn: false })
    socket.on('error', () => {})
    socket.on('close', () => gone.abort())
    socket.setTimeout(idleMs, () => this.#expire())
  }

  /** The next line without CR LF; undefined if the client has ended. `status` refuses long ones. */
  async line(status: number): Promise<string | undefined> {
    for (let from = 0; ; ) {
      const end = this.#unread.indexOf('\r\n', from)
      if (end > MAX_LINE_BYTES || (end < 0 && this.#unread.length > MAX_LINE_BYTES)) throw new Refusal(status)
      if (end >= 0) {
        const text = this.#unread.toString('latin1', 0, end)
        this.#unread = this.#unread.subarray(end + 2)
        return text
      }
      from = Math.max(0, this.#unread.length - 1) // the CR may be there already
      const bytes = await this.#next()
      if (!bytes) return undefined
      this.#unread = Buffer.concat([this.#unread, bytes])
    }
  }

  /** The next `count` bytes, in the parts in which they come. */
  async *bytes(count: number): AsyncGenerator<Buffer> {
    for (let left = count; left > 0; ) {
      if (this.#unread.length === 0) this.#unread = (await this.#next()) ?? this.#unread
      if (this.#unread.length === 0) throw new Refusal(400) // the client ended in the middle
      const part = this.#unread.subarray(0, left)
      this.#unread = this.#unread.subarray(part.length)
      left -= part.length
      yield part
    }
  }

  /** Resolves when there is room for more, so that a slow reader slows us down. */
  async write(bytes: Buffer | string): Promise<void> {
    this.gone.throwIfAborted()
    if (!this.#socket.write(bytes)) await once(this.#socket, 'drain', { signal: this.gone })
  }

  /**
   * Sends FIN, then reads and drops what the client still sends: left unread, it would turn our FIN
   * into RST, and an answer could be lost.
   */
  async leave(): Promise<void> {
    this.#socket.end()
    while (await this.#next());
    this.#socket.destroySoon()
  }

  /** Our FIN is sent: no more answers can follow. */
  get isOver(): boolean {
    return this.#socket.writableEnded
  }

  async #next(): Promise<Buffer | undefined> {
    this.#isReading = true
    const { done, value } = await this.#chunks.next()
    this.#isReading = false
    return done ? undefined : value
  }

  /** Nothing has moved for IDLE_MS: the client's fault, unless an answer of ours takes its time. */
  #expire(): void {
    if (this.#socket.writableEnded || this.#socket.writableNeedDrain) this.#socket.destroy()
    else if (this.#isReading) this.#socket.end()
    this.#socket.setTimeout(idleMs)
  }
}
