// Async generators in a row: chunks become messages, messages become answers, and one loop writes
// the answers. It waits for a client that reads slowly, and everything before it waits, too. A
// portal is an iterator of rows: Execute takes some, and the next Execute goes on from there.

import { createHash, createHmac, pbkdf2Sync, randomBytes, randomInt, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { type Column, Database, type Execution, type Result, SqlError, type Statement } from './sql.ts'

const {
  POSTGRES_USER: USER = 'alice',
  POSTGRES_PASSWORD: PASSWORD = 'wonderland',
  POSTGRES_DB: DATABASE = 'shop',
} = process.env

const MESSAGE_MAX_BYTES = 64 * 2 ** 20
const SALT = randomBytes(16)
const SALTED_PASSWORD = pbkdf2Sync(PASSWORD, SALT, 4096, 32, 'sha256')
const STORED_KEY = sha256(hmac(SALTED_PASSWORD, 'Client Key'))
const SERVER_KEY = hmac(SALTED_PASSWORD, 'Server Key')

const SETTINGS = [
  ['server_version', '15.0'],
  ['server_encoding', 'UTF8'],
  ['client_encoding', 'UTF8'],
  ['DateStyle', 'ISO, MDY'],
  ['integer_datetimes', 'on'],
  ['standard_conforming_strings', 'on'],
]

type Message = { type: string; body: Buffer }
type Messages = AsyncGenerator<Message, void>
/** A function that yields what is to be sent. */
type Answers<T = void> = AsyncGenerator<Buffer, T>
type Row = (string | null)[]
type Prepared = { statement: Statement | undefined; parameters: number[]; columns?: Column[] }
type Portal = Prepared & { values: Row; formats: number[]; result?: Result; rows?: Iterator<Row> }

const database = new Database()
const running = new Map<string, AbortController>()

createServer({ allowHalfOpen: true, noDelay: true }, serve).listen(Number(process.env.PORT), process.env.HOST)

async function serve(socket: Socket): Promise<void> {
  const gone = new AbortController()
  socket.on('error', () => {})
  socket.once('close', () => gone.abort())
  try {
    for await (const answer of converse(messagesOf(socket), gone.signal)) {
      if (socket.writableCorked === 0) {
        socket.cork() // What is ready at once goes out at once.
        process.nextTick(() => socket.uncork())
      }
      if (!socket.write(answer)) await once(socket, 'drain', { signal: gone.signal })
    }
  } catch (error) {
    if (error instanceof SqlError) socket.write(errorResponse('FATAL', error))
    else if (!gone.signal.aborted && !socket.errored) throw error
  }
  socket.destroySoon()
}

/** Cuts the stream into messages. They have no type up to the StartupMessage. */
async function* messagesOf(socket: Socket): Messages {
  let unread: Buffer[] = []
  let length = 0
  let typeLength = 0
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    unread.push(chunk)
    length += chunk.length
    while (length >= typeLength + 4) {
      if ((unread[0]?.length ?? 0) < typeLength + 4) unread = [Buffer.concat(unread)]
      const size = unread[0]?.readInt32BE(typeLength) ?? 0
      const [min, max] = typeLength === 0 ? [8, 10_000] : [4, MESSAGE_MAX_BYTES]
      if (size < min || size > max) throw new SqlError('08P01', 'invalid message length')
      if (length < typeLength + size) break
      const all = Buffer.concat(unread)
      const body = all.subarray(typeLength + 4, typeLength + size)
      unread = [all.subarray(typeLength + size)]
      length -= typeLength + size
      const type = all.toString('latin1', 0, typeLength)
      if (typeLength === 0 && body.readInt32BE() === 0x00030000) typeLength = 1
      yield { type, body }
    }
  }
}

/** The next message. Not a loop over `messages`: leaving one would close the generator. */
async function nextOf(messages: Messages): Promise<Message> {
  const { value } = await messages.next()
  return value ?? { type: 'X', body: Buffer.alloc(0) } // The client's FIN means the same as Terminate.
}

async function* converse(messages: Messages, gone: AbortSignal): Answers {
  for (;;) {
    const { type, body } = await nextOf(messages)
    if (type === 'X') return
    const code = body.readInt32BE()
    if (code === 80877103 || code === 80877104) yield Buffer.from('N')
    else if (code === 80877102) return running.get(body.toString('hex', 4))?.abort()
    else if (code !== 0x00030000) throw new SqlError('0A000', 'only protocol 3.0 is spoken here')
    else return yield* admit(messages, new Map(pairsOf(body.subarray(4))), gone)
  }
}

async function* admit(messages: Messages, startup: Map<string, string>, gone: AbortSignal): Answers {
  const user = startup.get('user') ?? ''
  if (!(yield* logIn(messages, user))) return
  const wanted = startup.get('database') || user
  if (wanted !== DATABASE) throw new SqlError('3D000', `database "${wanted}" does not exist`)
  yield* new Client(messages, user, gone).talk()
}

/** SCRAM-SHA-256, in two questions. Returns false if the client has left. */
async function* logIn(messages: Messages, user: string): Answers<boolean> {
  yield message('R', int32(10), text('SCRAM-SHA-256'), text(''))
  const initial = await nextOf(messages)
  if (initial.type === 'X') return false
  const [, header = '', first = '', theirs = ''] =
    /^SCRAM-SHA-256\0.{4}([ny],[^,]*,)(n=[^,]*,r=([^,]+).*)$/s.exec(initial.body.toString('latin1')) ?? []
  if (initial.type !== 'p' || first === '') throw new SqlError('08P01', 'SCRAM-SHA-256 does not begin so')

  const nonce = theirs + randomBytes(18).toString('base64')
  const challenge = `r=${nonce},s=${SALT.toString('base64')},i=4096`
  yield message('R', int32(11), Buffer.from(challenge))
  const proved = await nextOf(messages)
  if (proved.type === 'X') return false
  const [, final = '', proof = ''] = /^(.*),p=(.*)$/s.exec(proved.body.toString('latin1')) ?? []
  const expected = `c=${Buffer.from(header).toString('base64')},r=${nonce}`
  if (proved.type !== 'p' || final !== expected)
    throw new SqlError('08P01', 'SCRAM-SHA-256 does not go on so')

  const conversation = Buffer.from(`${first},${challenge},${final}`, 'latin1')
  const mask = hmac(STORED_KEY, conversation)
  const clientKey = Buffer.from(proof, 'base64').map((byte, i) => byte ^ (mask[i] ?? 0))
  if (!timingSafeEqual(sha256(clientKey), STORED_KEY) || user !== USER)
    throw new SqlError('28P01', `password authentication failed for user "${user}"`)
  yield message('R', int32(12), Buffer.from(`v=${hmac(SERVER_KEY, conversation).toString('base64')}`))
  yield message('R', int32(0))
  return true
}

/** A client that has logged in. Its methods yield what it is sent. */
class Client {
  readonly #messages: Messages
  readonly #gone: AbortSignal
  readonly #key = randomBytes(8)
  readonly #session
  readonly #statements = new Map<string, Prepared>()
  readonly #portals = new Map<string, Portal>()

  constructor(messages: Messages, user: string, gone: AbortSignal) {
    this.#messages = messages
    this.#gone = gone
    this.#key.writeInt32BE(randomInt(1, 2 ** 31 - 1))
    this.#session = database.connect({ user, pid: this.#key.readInt32BE() })
  }

  async *talk(): Answers {
    try {
      for (const [name = '', value = ''] of SETTINGS) yield message('S', text(name), text(value))
      yield message('K', this.#key)
      yield* this.#ready()
      yield* this.#answerAll()
    } finally {
      this.#session.close()
    }
  }

  async *#answerAll(): Answers {
    let isIdle = true
    let isSkipping = false
    for (;;) {
      const next: Message = isIdle ? yield* this.#whileIdle() : await nextOf(this.#messages)
      const { type, body } = next
      if (type === 'X') return
      if ('dcf'.includes(type)) continue // Left over from a COPY that has failed.
      if (type === 'S') isSkipping = false
      isIdle = type === 'S' || (type === 'Q' && !isSkipping)
      if (isSkipping) continue
      const hasFailed: boolean = yield* this.#report(this.#answer(type, new Fields(body)))
      if (isIdle) yield* this.#ready()
      else isSkipping = hasFailed
    }
  }

  /** Waits for the next message, and yields the notifications that come first. */
  async *#whileIdle(): Answers<Message> {
    const next = nextOf(this.#messages)
    next.catch(() => {}) // It may fail before the race below awaits it.
    for (;;) {
      yield* this.#notifications()
      const notified = new Promise<undefined>((resolve) => {
        this.#session.onNotify = () => resolve(undefined)
      })
      const came = await Promise.race([next, notified])
      if (came) return came
    }
  }

  *#notifications(): Iterable<Buffer> {
    for (const { pid, channel, payload } of this.#session.takeNotifications())
      yield message('A', int32(pid), text(channel), text(payload))
  }

  *#ready(): Iterable<Buffer> {
    const status = this.#session.settle()
    if (status === 'I') this.#portals.clear()
    yield* this.#notifications()
    yield message('Z', Buffer.from(status))
  }

  /** Passes on answers, and an ErrorResponse at the end if they fail. Returns whether they have. */
  async *#report(answers: AsyncIterable<Buffer> | Iterable<Buffer>): Answers<boolean> {
    try {
      yield* answers
      return false
    } catch (error) {
      if (!(error instanceof SqlError)) throw error
      this.#session.fail()
      yield errorResponse('ERROR', error)
      return true
    }
  }

  #answer(type: string, fields: Fields): AsyncIterable<Buffer> | Iterable<Buffer> {
    if (type === 'Q') return this.#query(fields)
    if (type === 'P') return this.#parse(fields)
    if (type === 'B') return this.#bind(fields)
    if (type === 'D') return this.#describe(fields)
    if (type === 'E') return this.#execute(fields)
    if (type === 'C') return this.#close(fields)
    if (type === 'H' || type === 'S') return [] // Nothing is held back, and Z comes after a Sync anyway.
    throw new SqlError('08P01', `invalid frontend message type "${type}"`)
  }

  async *#query(fields: Fields): Answers {
    this.#statements.delete('')
    this.#portals.delete('')
    const sql = fields.text()
    if (fields.left > 0) throw new SqlError('08P01', 'invalid message format')
    const statements = this.#session.parse(sql)
    if (statements.length === 0) yield message('I')
    for (const statement of statements) {
      const result = await this.#run(statement)
      if (result.columns && !result.copy) yield rowDescription(result.columns)
      yield* result.copy ? this.#copy(statement, result) : rowsOf(result, result.rows.values())
    }
  }

  *#parse(fields: Fields): Iterable<Buffer> {
    const [name, sql] = [fields.text(), fields.text()]
    const types = fields.list(() => fields.int32())
    if (name !== '' && this.#statements.has(name))
      throw new SqlError('42P05', `prepared statement "${name}" already exists`)
    const [statement, ...more] = this.#session.parse(sql)
    if (more.length > 0) throw new SqlError('42601', 'one statement at a time can be prepared')
    const described = statement ? this.#session.describe(statement, types) : { parameters: types }
    this.#statements.set(name, { statement, ...described })
    yield message('1')
  }

  *#bind(fields: Fields): Iterable<Buffer> {
    const [name, prepared] = [fields.text(), this.#statement(fields.text())]
    const formats = fields.list(() => fields.int16())
    const given = fields.list(() => fields.value())
    const { parameters } = prepared
    if (given.length !== parameters.length)
      throw new SqlError('08P01', `${given.length} values came for ${parameters.length} parameters`)
    const values = given.map((bytes, i) =>
      decoded(bytes, formatOf(formats, i) === 1 ? parameters[i] : undefined),
    )
    if (name !== '' && this.#portals.has(name)) throw new SqlError('42P03', `portal "${name}" already exists`)
    this.#portals.set(name, { ...prepared, values, formats: fields.list(() => fields.int16()) })
    yield message('2')
  }

  *#describe(fields: Fields): Iterable<Buffer> {
    if (fields.letter() === 'S') {
      const { parameters, columns } = this.#statement(fields.text())
      yield message('t', int16(parameters.length), ...parameters.map(int32))
      yield columns ? rowDescription(columns) : message('n')
    } else {
      const { columns, formats } = this.#portal(fields.text())
      yield columns ? rowDescription(columns, formats) : message('n')
    }
  }

  async *#execute(fields: Fields): Answers {
    const portal = this.#portal(fields.text())
    const limit = fields.int32()
    const { statement, parameters: types, values: parameters, formats } = portal
    if (!statement) return yield message('I')
    portal.result ??= await this.#run(statement, { types, parameters })
    portal.rows ??= portal.result.rows.values()
    yield* portal.result.copy
      ? this.#copy(statement, portal.result)
      : rowsOf(portal.result, portal.rows, formats, limit)
  }

  *#close(fields: Fields): Iterable<Buffer> {
    const kept = fields.letter() === 'S' ? this.#statements : this.#portals
    kept.delete(fields.text())
    yield message('3')
  }

  async *#copy(statement: Statement, { columns = [], rows, tag, copy }: Result): Answers {
    const overview = [Buffer.of(0), int16(columns.length), ...columns.map(() => int16(0))]
    yield message(copy === 'in' ? 'G' : 'H', ...overview)
    if (copy === 'out') {
      for (const row of rows) yield message('d', Buffer.from(`${row.map(escaped).join('\t')}\n`))
      yield message('c')
      return yield message('C', text(tag))
    }
    const stored: Row[] = []
    for await (const line of linesOf(copyData(this.#messages))) stored.push(line.split('\t').map(unescaped))
    yield message('C', text(this.#session.copyIn(statement, stored).tag))
  }

  /** Runs a statement. A CancelRequest finds it by the key, and ends it; so does the end of the connection. */
  async #run(statement: Statement, values: Execution = {}): Promise<Result> {
    const canceller = new AbortController()
    running.set(this.#key.toString('hex'), canceller)
    try {
      const signal = AbortSignal.any([canceller.signal, this.#gone])
      return await this.#session.execute(statement, { ...values, signal })
    } finally {
      running.delete(this.#key.toString('hex'))
    }
  }

  #statement(name: string): Prepared {
    const found = this.#statements.get(name)
    if (found) return found
    throw new SqlError('26000', `prepared statement "${name}" does not exist`)
  }

  #portal(name: string): Portal {
    const found = this.#portals.get(name)
    if (found) return found
    throw new SqlError('34000', `portal "${name}" does not exist`)
  }
}

/** Takes rows from an iterator: `limit` at the most, or all if that is 0. */
function* rowsOf(
  { columns, tag }: Result,
  rows: Iterator<Row>,
  formats: readonly number[] = [],
  limit = 0,
): Iterable<Buffer> {
  if (!columns) return yield message('C', text(tag))
  let sent = 0
  for (; limit === 0 || sent < limit; sent += 1) {
    const { done, value: row } = rows.next()
    if (done) return yield message('C', text(tag.replace(/\d+$/, `${sent}`)))
    const cells = columns.map(({ type }, i) =>
      encoded(row[i] ?? null, formatOf(formats, i) === 1 ? type : undefined),
    )
    yield message('D', int16(cells.length), ...cells)
  }
  yield message('s')
}

/** What CopyData messages carry, up to CopyDone. */
async function* copyData(messages: Messages): AsyncGenerator<Buffer, void> {
  for (;;) {
    const { type, body } = await nextOf(messages)
    if (type === 'c') return
    if (type === 'f') throw new SqlError('57014', `COPY from stdin failed: ${new Fields(body).text()}`)
    if (type === 'd') yield body
    else if (type !== 'H' && type !== 'S') throw new SqlError('08P01', `message "${type}" came during a COPY`)
  }
}

/** The lines of a stream, up to its end or to one that is only \. */
async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<string, void> {
  let rest = Buffer.alloc(0)
  let hasEnded = false
  for await (const chunk of chunks) {
    rest = Buffer.concat([rest, chunk])
    const end = rest.lastIndexOf('\n') + 1
    for (const line of rest.toString('utf8', 0, end).split('\n').slice(0, -1)) {
      hasEnded ||= line === '\\.'
      if (!hasEnded) yield line
    }
    rest = rest.subarray(end)
  }
  if (rest.length > 0 && !hasEnded) yield rest.toString()
}

const ESCAPES = [
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
  ['\\', '\\'],
]

function escaped(value: string | null): string {
  const escapeOf = (each: string) => ESCAPES.find(([, meant]) => meant === each)?.[0]
  return value === null ? '\\N' : value.replace(/[\b\f\n\r\t\v\\]/g, (each) => `\\${escapeOf(each)}`)
}

function unescaped(field: string): string | null {
  const meaningOf = (letter: string) => ESCAPES.find(([name]) => name === letter)?.[1] ?? letter
  return field === '\\N' ? null : field.replace(/\\(.)/gs, (_, letter: string) => meaningOf(letter))
}

function formatOf(formats: readonly number[], i: number): number {
  return (formats.length === 1 ? formats[0] : formats[i]) ?? 0
}

/** The value of a parameter as text. `type` is given if it came in binary. */
function decoded(bytes: Buffer | null, type: number | undefined): string | null {
  if (bytes === null) return null
  const size = { 16: 1, 20: 8, 21: 2, 23: 4, 701: 8 }[type ?? 0]
  if (size === undefined) return bytes.toString()
  if (bytes.length !== size) throw new SqlError('22P03', 'incorrect binary data format in bind parameter')
  if (type === 16) return bytes[0] === 0 ? 'f' : 't'
  if (type === 20) return `${bytes.readBigInt64BE()}`
  return `${type === 701 ? bytes.readDoubleBE() : bytes.readIntBE(0, size)}`
}

/** A value of a DataRow after its length. `type` is given if it is to be in binary. */
function encoded(value: string | null, type: number | undefined): Buffer {
  if (value === null) return int32(-1)
  const bytes = type === undefined ? Buffer.from(value) : binaryOf(value, type)
  return Buffer.concat([int32(bytes.length), bytes])
}

function binaryOf(value: string, type: number): Buffer {
  const eight = Buffer.alloc(8)
  if (type === 16) return Buffer.of(value === 't' ? 1 : 0)
  if (type === 21) return int16(Number(value))
  if (type === 23) return int32(Number(value))
  if (type === 20) eight.writeBigInt64BE(BigInt(value))
  else if (type === 701) eight.writeDoubleBE(Number(value))
  else return Buffer.from(value)
  return eight
}

function rowDescription(columns: readonly Column[], formats: readonly number[] = []): Buffer {
  const fields = columns.map(({ name, type, size }, i) => {
    const rest = [int32(0), int16(0), int32(type), int16(size), int32(-1), int16(formatOf(formats, i))]
    return Buffer.concat([text(name), ...rest])
  })
  return message('T', int16(columns.length), ...fields)
}

function errorResponse(severity: string, { code, message: words, position }: SqlError): Buffer {
  const fields = [`S${severity}`, `V${severity}`, `C${code}`, `M${words}`]
  if (position !== undefined) fields.push(`P${position}`)
  return message('E', ...fields.map(text), text(''))
}

/** Takes the fields of a message, one after the other. */
class Fields {
  #rest: Buffer

  constructor(body: Buffer) {
    this.#rest = body
  }

  get left(): number {
    return this.#rest.length
  }

  text(): string {
    const end = this.#rest.indexOf(0)
    if (end < 0) throw new SqlError('08P01', 'invalid string in message')
    return this.#take(end + 1).toString('utf8', 0, end)
  }

  letter(): string {
    return this.#take(1).toString('latin1')
  }

  int16(): number {
    return this.#take(2).readInt16BE()
  }

  int32(): number {
    return this.#take(4).readInt32BE()
  }

  value(): Buffer | null {
    const length = this.int32()
    return length === -1 ? null : this.#take(length)
  }

  list<T>(read: () => T): T[] {
    return Array.from({ length: Math.max(0, this.int16()) }, read)
  }

  #take(count: number): Buffer {
    if (count < 0 || count > this.left) throw new SqlError('08P01', 'insufficient data left in message')
    const taken = this.#rest.subarray(0, count)
    this.#rest = this.#rest.subarray(count)
    return taken
  }
}

/** The parameters of a StartupMessage, name by name. */
function* pairsOf(body: Buffer): Iterable<[string, string]> {
  const words = body.toString().split('\0').values()
  for (const name of words) if (name !== '') yield [name, words.next().value ?? '']
}

function message(type: string, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  return Buffer.concat([Buffer.from(type), int32(4 + body.length), body])
}

function int16(number: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeInt16BE(number)
  return bytes
}

function int32(number: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(number)
  return bytes
}

function text(string: string): Buffer {
  return Buffer.from(`${string}\0`)
}

function hmac(key: Buffer, data: string | Buffer): Buffer {
  return createHmac('sha256', key).update(data).digest()
}

function sha256(data: Uint8Array): Buffer {
  return createHash('sha256').update(data).digest()
}
