import { createHash, createHmac, pbkdf2Sync, randomBytes, randomInt, timingSafeEqual } from 'node:crypto'
import { createServer, type Socket } from 'node:net'
import {
  type Column,
  Database,
  type Execution,
  type Result,
  type Session,
  SqlError,
  type Statement,
} from './sql.ts'

const USER = process.env.POSTGRES_USER ?? 'alice'
const PASSWORD = process.env.POSTGRES_PASSWORD ?? 'wonderland'
const DATABASE = process.env.POSTGRES_DB ?? 'shop'

/** The first message begins with a version, or with a number that no version will ever have. */
const PROTOCOL_3 = 0x00030000
const CANCEL_REQUEST = 80877102
const SSL_REQUEST = 80877103
const GSSENC_REQUEST = 80877104

/** CopyData, CopyDone and CopyFail may still come when their COPY has failed. */
const LEFT_OVER = 'dcf'

const STARTUP_MAX_BYTES = 10_000
const MESSAGE_MAX_BYTES = 64 * 2 ** 20

const ITERATIONS = 4096
const SALT = randomBytes(16)
const SALTED_PASSWORD = pbkdf2Sync(PASSWORD, SALT, ITERATIONS, 32, 'sha256')
const STORED_KEY = sha256(hmac(SALTED_PASSWORD, 'Client Key'))
const SERVER_KEY = hmac(SALTED_PASSWORD, 'Server Key')

const SETTINGS = {
  server_version: '15.0',
  server_encoding: 'UTF8',
  client_encoding: 'UTF8',
  DateStyle: 'ISO, MDY',
  integer_datetimes: 'on',
  standard_conforming_strings: 'on',
}

type Input = ReturnType<typeof inputOf>
type Message = { type: string; body: Buffer }
/** The result of a Parse: a statement (none if the text was empty), parameters and columns. */
type Prepared = { statement: Statement | undefined; parameters: number[]; columns?: Column[] }
/** The result of a Bind: values, formats, and how many rows of the result have been sent. */
type Portal = Prepared & { values: (string | null)[]; formats: number[]; result?: Result; sent: number }
/** A client that has logged in. A CancelRequest aborts `running`, if a statement is running. */
type Client = {
  pid: number
  secret: number
  session: Session
  statements: Map<string, Prepared>
  portals: Map<string, Portal>
  running?: AbortController
}

const database = new Database()
const clients = new Map<number, Client>()

const server = createServer({ allowHalfOpen: true, noDelay: true }, serve)
server.listen(Number(process.env.PORT), process.env.HOST)

async function serve(socket: Socket): Promise<void> {
  socket.on('error', () => {}) // A reset ends the input below.
  const input = inputOf(socket)
  try {
    const user = await startup(socket, input)
    if (user !== undefined) await talk(socket, input, user)
  } catch (error) {
    if (error instanceof SqlError) socket.write(errorResponse('FATAL', error))
    else if (!(error instanceof EndOfInput)) throw error
  }
  socket.destroySoon()
}

/** Everything up to the proof of the password. Returns the user, or undefined without a login. */
async function startup(socket: Socket, input: Input): Promise<string | undefined> {
  for (;;) {
    const body = await input.startup()
    const code = body.readInt32BE()
    if (code === SSL_REQUEST || code === GSSENC_REQUEST) {
      socket.write('N') // One byte, not a message. The client asks again, or goes on unencrypted.
      continue
    }
    if (code === CANCEL_REQUEST) {
      cancel(body)
      return undefined
    }
    if (code !== PROTOCOL_3) throw new SqlError('0A000', 'unsupported frontend protocol: this is 3.0')
    const parameters = pairsOf(body.subarray(4))
    const user = parameters.get('user')
    if (!user) throw new SqlError('28000', 'no PostgreSQL user name specified in startup packet')
    await authenticate(socket, input, user)
    const wanted = parameters.get('database') || user
    if (wanted !== DATABASE) throw new SqlError('3D000', `database "${wanted}" does not exist`)
    return user
  }
}

/** SCRAM-SHA-256 (RFC 5802): both sides prove that they know the password, and neither sends it. */
async function authenticate(socket: Socket, input: Input, user: string): Promise<void> {
  socket.write(message('R', int32(10), text('SCRAM-SHA-256'), text('')))

  const initial = await saslResponse(input)
  const end = initial.indexOf(0)
  const mechanism = initial.toString('utf8', 0, end)
  if (mechanism !== 'SCRAM-SHA-256')
    throw new SqlError('08P01', 'client selected an invalid SASL authentication mechanism')
  const clientFirst = initial.toString('utf8', end + 5)
  const [, header = '', bare = '', clientNonce = ''] =
    /^([ny],[^,]*,)(n=[^,]*,r=([^,]+).*)$/s.exec(clientFirst) ?? []
  if (bare === '') throw new SqlError('08P01', 'malformed SCRAM message')

  const nonce = clientNonce + randomBytes(18).toString('base64')
  const serverFirst = `r=${nonce},s=${SALT.toString('base64')},i=${ITERATIONS}`
  socket.write(message('R', int32(11), Buffer.from(serverFirst)))

  const clientFinal = (await saslResponse(input)).toString()
  const [, withoutProof = '', binding = '', echoed = '', proof = ''] =
    /^(c=([^,]*),r=([^,]*)),p=(.*)$/s.exec(clientFinal) ?? []
  if (Buffer.from(binding, 'base64').toString() !== header || echoed !== nonce)
    throw new SqlError('08P01', 'invalid SCRAM response')
  const conversation = `${bare},${serverFirst},${withoutProof}`
  const clientKey = xor(Buffer.from(proof, 'base64'), hmac(STORED_KEY, conversation))
  // An unknown user gets the same error at the same point, so that accounts cannot be guessed.
  if (!timingSafeEqual(sha256(clientKey), STORED_KEY) || user !== USER)
    throw new SqlError('28P01', `password authentication failed for user "${user}"`)

  const signature = hmac(SERVER_KEY, conversation).toString('base64')
  socket.write(message('R', int32(12), Buffer.from(`v=${signature}`)))
  socket.write(message('R', int32(0)))
}

async function saslResponse(input: Input): Promise<Buffer> {
  const { type, body } = await input.message()
  if (type === 'p') return body
  throw new SqlError('08P01', `expected SASL response, got message type "${type}"`)
}

/** From the first ReadyForQuery to the end. */
async function talk(socket: Socket, input: Input, user: string): Promise<void> {
  const client = welcome(user)
  const { pid, secret, session } = client
  socket.once('close', () => client.running?.abort()) // Its result is no longer needed.
  let busy = true
  session.onNotify = () => {
    if (!busy) socket.write(notifications(session))
  }
  const ready = (...answers: Buffer[]) => {
    const status = session.settle()
    if (status === 'I') client.portals.clear() // They live as long as their transaction.
    socket.write(Buffer.concat([...answers, notifications(session), message('Z', Buffer.from(status))]))
    busy = false
  }

  const settings = Object.entries(SETTINGS).map(([name, value]) => message('S', text(name), text(value)))
  ready(...settings, message('K', int32(pid), int32(secret)))
  let skipping = false // After an error, everything up to the Sync is skipped.
  try {
    for (;;) {
      const { type, body } = await input.message()
      busy ||= !LEFT_OVER.includes(type)
      if (type === 'X') return
      if (type === 'S') {
        skipping = false
        ready()
      } else if (!skipping && type === 'Q') {
        await query(socket, input, client, body)
        ready()
      } else if (!skipping && !LEFT_OVER.includes(type)) {
        skipping = !(await answer(socket, input, client, type, body))
      }
    }
  } finally {
    clients.delete(pid)
    session.close()
  }
}

function welcome(user: string): Client {
  let pid = randomInt(1, 2 ** 31 - 1)
  while (clients.has(pid)) pid = randomInt(1, 2 ** 31 - 1)
  const secret = randomBytes(4).readInt32BE()
  const session = database.connect({ user, pid })
  const client: Client = { pid, secret, session, statements: new Map(), portals: new Map() }
  clients.set(pid, client)
  return client
}

/** Comes on a connection of its own. No answer: the sender must not learn whether the key was right. */
function cancel(body: Buffer): void {
  if (body.length !== 12) return
  const client = clients.get(body.readInt32BE(4))
  if (client?.secret === body.readInt32BE(8)) client.running?.abort()
}

/** Answers a Query: all its statements, up to the first that fails. */
async function query(socket: Socket, input: Input, client: Client, body: Buffer): Promise<void> {
  const { session } = client
  client.statements.delete('')
  client.portals.delete('')
  await report(socket, session, async () => {
    const statements = session.parse(new Reader(body).whole())
    if (statements.length === 0) socket.write(message('I'))
    for (const statement of statements) {
      const result = await execute(client, statement)
      const described = result.columns && !result.copy ? [rowDescription(result.columns)] : []
      socket.write(Buffer.concat(described))
      await finish(socket, input, client, { statement, result, formats: [], sent: 0 })
    }
  })
}

/** Answers a message of the extended protocol. Returns false if it has failed. */
function answer(socket: Socket, input: Input, client: Client, type: string, body: Buffer): Promise<boolean> {
  const handler = HANDLERS[type]
  if (!handler) throw new SqlError('08P01', `invalid frontend message type "${type}"`)
  return report(socket, client.session, () => handler(new Reader(body), { socket, input, client }))
}

/** Does the work, and reports a SqlError to the client. Returns false if there was one. */
async function report(socket: Socket, session: Session, work: () => void | Promise<void>): Promise<boolean> {
  try {
    await work()
    return true
  } catch (error) {
    if (!(error instanceof SqlError)) throw error
    session.fail()
    socket.write(errorResponse('ERROR', error))
    return false
  }
}

type Context = { socket: Socket; input: Input; client: Client }

const HANDLERS: Record<string, (from: Reader, context: Context) => void | Promise<void>> = {
  P: parse,
  B: bind,
  D: describe,
  E: run,
  C: close,
  H: () => {}, // Flush: nothing is held back here.
}

function parse(from: Reader, { socket, client: { session, statements } }: Context): void {
  const name = from.text()
  const sql = from.text()
  const types = from.list(() => from.int32())
  if (name !== '' && statements.has(name))
    throw new SqlError('42P05', `prepared statement "${name}" already exists`)
  const [statement, ...more] = session.parse(sql)
  if (more.length > 0)
    throw new SqlError('42601', 'cannot insert multiple commands into a prepared statement')
  const description = statement ? session.describe(statement, types) : { parameters: types }
  statements.set(name, { statement, ...description })
  socket.write(message('1'))
}

function bind(from: Reader, { socket, client: { statements, portals } }: Context): void {
  const portal = from.text()
  const name = from.text()
  const prepared = find(statements, name, '26000', 'prepared statement')
  const formats = from.list(() => from.int16())
  const given = from.list(() => from.value())
  const wanted = prepared.parameters
  if (given.length !== wanted.length)
    throw new SqlError(
      '08P01',
      `bind message supplies ${given.length} parameters, but prepared statement "${name}" requires ${wanted.length}`,
    )
  const values = given.map((bytes, i) => decoded(bytes, wanted[i] ?? 0, formatOf(formats, i)))
  if (portal !== '' && portals.has(portal)) throw new SqlError('42P03', `portal "${portal}" already exists`)
  portals.set(portal, { ...prepared, values, formats: from.list(() => from.int16()), sent: 0 })
  socket.write(message('2'))
}

function describe(from: Reader, { socket, client: { statements, portals } }: Context): void {
  const kind = from.letter()
  const name = from.text()
  if (kind === 'S') {
    const { parameters, columns } = find(statements, name, '26000', 'prepared statement')
    socket.write(message('t', int16(parameters.length), ...parameters.map(int32)))
    socket.write(columns ? rowDescription(columns) : message('n'))
  } else {
    const { columns, formats } = find(portals, name, '34000', 'portal')
    socket.write(columns ? rowDescription(columns, formats) : message('n'))
  }
}

/** Execute. Rows that are not sent yet stay in the portal for the next one. */
async function run(from: Reader, { socket, input, client }: Context): Promise<void> {
  const portal = find(client.portals, from.text(), '34000', 'portal')
  const limit = from.int32()
  const { statement, parameters: types, values: parameters, formats } = portal
  if (!statement) return void socket.write(message('I'))
  portal.result ??= await execute(client, statement, { types, parameters })
  await finish(socket, input, client, { statement, result: portal.result, formats, sent: portal.sent }, limit)
  if (limit > 0) portal.sent += limit
}

function close(from: Reader, { socket, client: { statements, portals } }: Context): void {
  const kept = from.letter() === 'S' ? statements : portals
  kept.delete(from.text())
  socket.write(message('3'))
}

function find<T>(among: Map<string, T>, name: string, code: string, kind: string): T {
  const found = among.get(name)
  if (found) return found
  throw new SqlError(code, `${kind} "${name}" does not exist`)
}

/** Runs a statement so that a CancelRequest finds it. */
async function execute(
  client: Client,
  statement: Statement,
  values: Omit<Execution, 'signal'> = {},
): Promise<Result> {
  client.running = new AbortController()
  try {
    return await client.session.execute(statement, { ...values, signal: client.running.signal })
  } finally {
    delete client.running
  }
}

type Run = { statement: Statement; result: Result; formats: readonly number[]; sent: number }

/** Sends the result of a statement from row `sent` on, at most `limit` rows unless that is 0. */
async function finish(
  socket: Socket,
  input: Input,
  client: Client,
  { statement, result, formats, sent }: Run,
  limit = 0,
): Promise<void> {
  const { columns = [], rows, tag, copy } = result
  const overview = [Buffer.of(0), int16(columns.length), ...columns.map(() => int16(0))]
  if (copy === 'in') {
    socket.write(message('G', ...overview))
    const { tag } = client.session.copyIn(statement, await copyRows(input))
    socket.write(message('C', text(tag)))
    return
  }
  if (copy === 'out') {
    const lines = rows.map((row) => message('d', Buffer.from(copyLine(row))))
    socket.write(Buffer.concat([message('H', ...overview), ...lines, message('c'), message('C', text(tag))]))
    return
  }
  const due = rows.slice(sent, limit > 0 ? sent + limit : undefined)
  const data = due.map((row) =>
    message(
      'D',
      int16(row.length),
      ...row.map((each, i) => encoded(each, columns[i]?.type ?? 0, formatOf(formats, i))),
    ),
  )
  const suspended = limit > 0 && due.length === limit
  const counted = result.columns && sent > 0 ? tag.replace(/\d+$/, `${due.length}`) : tag
  socket.write(Buffer.concat([...data, suspended ? message('s') : message('C', text(counted))]))
}

/** The rows of a COPY … FROM STDIN: lines of a stream that CopyData messages cut anywhere. */
async function copyRows(input: Input): Promise<(string | null)[][]> {
  const parts: Buffer[] = []
  for (;;) {
    const { type, body } = await input.message()
    if (type === 'd') parts.push(body)
    else if (type === 'f') throw new SqlError('57014', `COPY from stdin failed: ${new Reader(body).text()}`)
    else if (type === 'c') break
    else if (type !== 'H' && type !== 'S')
      throw new SqlError('08P01', `unexpected message type "${type}" during COPY from stdin`)
  }
  const lines = Buffer.concat(parts).toString().split('\n')
  const end = lines.findIndex((line, i) => line === '\\.' || (line === '' && i === lines.length - 1))
  return lines.slice(0, end < 0 ? undefined : end).map((line) => line.split('\t').map(unescaped))
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
])

function unescaped(field: string): string | null {
  if (field === '\\N') return null
  return field.replace(/\\(.)/gs, (_, letter: string) => ESCAPES.get(letter) ?? letter)
}

function copyLine(row: readonly (string | null)[]): string {
  const letters = new Map([...ESCAPES].map(([letter, meant]) => [meant, letter]))
  const escaped = (text: string) =>
    text.replace(/[\b\f\n\r\t\v\\]/g, (each) => `\\${letters.get(each) ?? each}`)
  return `${row.map((each) => (each === null ? '\\N' : escaped(each))).join('\t')}\n`
}

/** There is a format for each, one for all, or none, which means text. */
function formatOf(formats: readonly number[], i: number): number {
  return (formats.length === 1 ? formats[0] : formats[i]) ?? 0
}

/** Turns the text of a type into binary, and back. */
const BINARY: Record<number, { write: (text: string) => Buffer; read: (bytes: Buffer) => string }> = {
  16: { write: (text) => Buffer.of(text === 't' ? 1 : 0), read: (bytes) => (bytes[0] === 0 ? 'f' : 't') },
  20: { write: (text) => int64(BigInt(text)), read: (bytes) => `${bytes.readBigInt64BE()}` },
  21: { write: (text) => int16(Number(text)), read: (bytes) => `${bytes.readInt16BE()}` },
  23: { write: (text) => int32(Number(text)), read: (bytes) => `${bytes.readInt32BE()}` },
  25: { write: (text) => Buffer.from(text), read: (bytes) => bytes.toString() },
  701: { write: (text) => float64(Number(text)), read: (bytes) => `${bytes.readDoubleBE()}` },
}

function decoded(bytes: Buffer | null, type: number, format: number): string | null {
  if (bytes === null) return null
  if (format === 0) return bytes.toString()
  const binary = BINARY[type]
  if (!binary) throw new SqlError('0A000', `no binary format for type ${type}`)
  try {
    return binary.read(bytes)
  } catch {
    throw new SqlError('22P03', 'incorrect binary data format in bind parameter')
  }
}

function encoded(text: string | null, type: number, format: number): Buffer {
  if (text === null) return int32(-1)
  const binary = BINARY[type]
  if (format === 1 && !binary) throw new SqlError('0A000', `no binary format for type ${type}`)
  const bytes = format === 1 && binary ? binary.write(text) : Buffer.from(text)
  return Buffer.concat([int32(bytes.length), bytes])
}

function rowDescription(columns: readonly Column[], formats: readonly number[] = []): Buffer {
  const fields = columns.flatMap(({ name, type, size }, i) => [
    text(name),
    int32(0), // the table and the column that it comes from, which we do not say
    int16(0),
    int32(type),
    int16(size),
    int32(-1), // no modifier, such as the 80 of varchar(80)
    int16(formatOf(formats, i)),
  ])
  return message('T', int16(columns.length), ...fields)
}

function notifications(session: Session): Buffer {
  const all = session.takeNotifications()
  return Buffer.concat(
    all.map(({ pid, channel, payload }) => message('A', int32(pid), text(channel), text(payload))),
  )
}

function errorResponse(severity: 'ERROR' | 'FATAL', { code, message: words, position }: SqlError): Buffer {
  const fields = { S: severity, V: severity, C: code, M: words, ...(position && { P: `${position}` }) }
  const parts = Object.entries(fields).map(([name, each]) => text(name + each))
  return message('E', ...parts, Buffer.of(0))
}

/** The length counts itself and what follows, but not the type. */
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

function int64(number: bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(number)
  return bytes
}

function float64(number: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleBE(number)
  return bytes
}

function text(string: string): Buffer {
  return Buffer.from(`${string}\0`)
}

/** The parameters of a StartupMessage: names and values, each ended by a zero byte. */
function pairsOf(body: Buffer): Map<string, string> {
  const words = body.toString().split('\0')
  const pairs = new Map<string, string>()
  for (let i = 0; i + 1 < words.length; i += 2) pairs.set(words[i] ?? '', words[i + 1] ?? '')
  return pairs
}

function hmac(key: Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest()
}

function sha256(data: Buffer): Buffer {
  return createHash('sha256').update(data).digest()
}

function xor(a: Buffer, b: Buffer): Buffer {
  return Buffer.from(b.map((byte, i) => byte ^ (a[i] ?? 0)))
}

/** Takes the fields of a message, one after the other. */
class Reader {
  readonly #body: Buffer
  #at = 0

  constructor(body: Buffer) {
    this.#body = body
  }

  text(): string {
    const end = this.#body.indexOf(0, this.#at)
    if (end < 0) throw new SqlError('08P01', 'invalid string in message')
    const text = this.#body.toString('utf8', this.#at, end)
    this.#at = end + 1
    return text
  }

  /** A text that ends with the message. */
  whole(): string {
    const text = this.text()
    if (this.#at < this.#body.length) throw new SqlError('08P01', 'invalid message format')
    return text
  }

  letter(): string {
    return this.#bytes(1).toString('latin1')
  }

  int16(): number {
    return this.#bytes(2).readInt16BE()
  }

  int32(): number {
    return this.#bytes(4).readInt32BE()
  }

  /** A value of a Bind: its bytes, or null. */
  value(): Buffer | null {
    const length = this.int32()
    return length === -1 ? null : this.#bytes(length)
  }

  /** A count, and as many items. */
  list<T>(read: () => T): T[] {
    const count = this.int16()
    return Array.from({ length: Math.max(0, count) }, read)
  }

  #bytes(count: number): Buffer {
    const end = this.#at + count
    if (count < 0 || end > this.#body.length) throw new SqlError('08P01', 'insufficient data left in message')
    const bytes = this.#body.subarray(this.#at, end)
    this.#at = end
    return bytes
  }
}

/** Thrown when the client has ended, or its connection is gone. */
class EndOfInput extends Error {}

/** Takes what a socket receives, message by message. */
function inputOf(socket: Socket) {
  // A plain `for await` would destroy the socket at the client's FIN, with all unsent answers.
  const chunks: AsyncIterator<Buffer> = socket.iterator({ destroyOnReturn: false })
  let unread: Buffer[] = []
  let length = 0

  /** The first message of a connection has no type. */
  async function startup(): Promise<Buffer> {
    const size = (await bytes(4)).readInt32BE()
    if (size < 8 || size > STARTUP_MAX_BYTES) throw new SqlError('08P01', 'invalid length of startup packet')
    return bytes(size - 4)
  }

  async function message(): Promise<Message> {
    const head = await bytes(5)
    const size = head.readInt32BE(1)
    if (size < 4 || size > MESSAGE_MAX_BYTES) throw new SqlError('08P01', 'invalid message length')
    return { type: head.toString('latin1', 0, 1), body: await bytes(size - 4) }
  }

  /** The next `count` bytes, however they were cut. */
  async function bytes(count: number): Promise<Buffer> {
    while (length < count) {
      const chunk = await next()
      unread.push(chunk)
      length += chunk.length
    }
    const all = Buffer.concat(unread)
    unread = [all.subarray(count)]
    length -= count
    return all.subarray(0, count)
  }

  async function next(): Promise<Buffer> {
    const { done, value } = await chunks.next().catch(() => ({ done: true, value: undefined }))
    if (done || !value) throw new EndOfInput()
    return value
  }

  return { startup, message }
}
