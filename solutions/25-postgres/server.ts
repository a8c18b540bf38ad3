import { createHash, createHmac, pbkdf2Sync, randomBytes, randomInt, timingSafeEqual } from 'node:crypto'
import { createServer, type Socket } from 'node:net'
import { Database, type Result, type Session, SqlError, type Status } from './sql.ts'

const USER = process.env.POSTGRES_USER ?? 'alice'
const PASSWORD = process.env.POSTGRES_PASSWORD ?? 'wonderland'
const DATABASE = process.env.POSTGRES_DB ?? 'shop'

/** The first message begins with a version, or with a number that no version will ever have. */
const PROTOCOL_3 = 0x00030000
const CANCEL_REQUEST = 80877102
const SSL_REQUEST = 80877103
const GSSENC_REQUEST = 80877104

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
/** A client that has logged in. A CancelRequest aborts `running`, if a query is running. */
type Client = { pid: number; secret: number; session: Session; running?: AbortController }

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

  const settings = Object.entries(SETTINGS).map(([name, value]) => message('S', text(name), text(value)))
  const key = message('K', int32(pid), int32(secret))
  socket.write(Buffer.concat([...settings, key, readyForQuery(session.settle())]))
  try {
    for (;;) {
      const { type, body } = await input.message()
      if (type === 'X') return
      if (type !== 'Q') throw new SqlError('08P01', `invalid frontend message type "${type}"`)
      client.running = new AbortController()
      const answers = await query(session, body, client.running.signal)
      delete client.running
      socket.write(Buffer.concat([...answers, readyForQuery(session.settle())]))
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
  const client: Client = { pid, secret, session: database.connect({ user, pid }) }
  clients.set(pid, client)
  return client
}

/** Comes on a connection of its own. No answer: the sender must not learn whether the key was right. */
function cancel(body: Buffer): void {
  if (body.length !== 12) return
  const client = clients.get(body.readInt32BE(4))
  if (client?.secret === body.readInt32BE(8)) client.running?.abort()
}

/** The answers to the statements of a query, up to the first that fails. */
async function query(session: Session, body: Buffer, signal: AbortSignal): Promise<Buffer[]> {
  const answers: Buffer[] = []
  try {
    const statements = session.parse(queryText(body))
    if (statements.length === 0) answers.push(message('I'))
    for (const statement of statements) {
      answers.push(...resultOf(await session.execute(statement, { signal })))
    }
  } catch (error) {
    if (!(error instanceof SqlError)) throw error
    session.fail()
    answers.push(errorResponse('ERROR', error))
  }
  return answers
}

function queryText(body: Buffer): string {
  if (body.indexOf(0) === body.length - 1) return body.toString('utf8', 0, body.length - 1)
  throw new SqlError('08P01', 'invalid string in message')
}

function resultOf({ columns, rows, tag }: Result): Buffer[] {
  const complete = message('C', text(tag))
  if (!columns) return [complete]
  const fields = columns.flatMap(({ name, type, size }) => [
    text(name),
    int32(0), // the table and the column that it comes from, which we do not say
    int16(0),
    int32(type),
    int16(size),
    int32(-1), // no modifier, such as the 80 of varchar(80)
    int16(0), // values come as text
  ])
  const description = message('T', int16(columns.length), ...fields)
  const data = rows.map((row) => message('D', int16(row.length), ...row.flatMap(value)))
  return [description, ...data, complete]
}

function value(text: string | null): Buffer[] {
  if (text === null) return [int32(-1)]
  const bytes = Buffer.from(text)
  return [int32(bytes.length), bytes]
}

function errorResponse(severity: 'ERROR' | 'FATAL', { code, message: words, position }: SqlError): Buffer {
  const fields = { S: severity, V: severity, C: code, M: words, ...(position && { P: `${position}` }) }
  const parts = Object.entries(fields).map(([name, each]) => text(name + each))
  return message('E', ...parts, Buffer.of(0))
}

function readyForQuery(status: Status): Buffer {
  return message('Z', Buffer.from(status))
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
