// No promises but the engine's: each connection is a state machine. A buffer holds what has
// arrived, the state says what its next message means, and a running query stops the machine until
// it is done.

import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer, type Socket } from 'node:net'
import { Database, type Result, type Session, SqlError } from './sql.ts'

const {
  POSTGRES_USER: USER = 'alice',
  POSTGRES_PASSWORD: PASSWORD = 'wonderland',
  POSTGRES_DB: DATABASE = 'shop',
} = process.env
const SALT = randomBytes(12).toString('base64')
const SALTED_PASSWORD = pbkdf2Sync(PASSWORD, Buffer.from(SALT, 'base64'), 4096, 32, 'sha256')
const CLIENT_KEY = hmac(SALTED_PASSWORD, 'Client Key')
const STORED_KEY = createHash('sha256').update(CLIENT_KEY).digest()
const SERVER_KEY = hmac(SALTED_PASSWORD, 'Server Key')

const database = new Database()
const running = new Map<string, AbortController>()
let connections = 0

createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
  const connection = new Connection(socket)
  socket.on('data', (chunk) => connection.receive(chunk))
  socket.on('end', () => connection.end())
  socket.on('error', () => {})
  socket.on('close', () => connection.close())
}).listen(Number(process.env.PORT), process.env.HOST)

/** What a message means depends on what came before it. */
type State = (type: string, body: Buffer) => void

class Connection {
  readonly #socket: Socket
  readonly #key = Buffer.alloc(8)
  #unread: Buffer[] = []
  #length = 0
  #state: State = this.#introduce
  #session: Session | undefined
  #busy = false
  #ended = false
  #user = ''
  #wanted = ''
  #conversation = ''
  #nonce = ''
  #binding = ''

  constructor(socket: Socket) {
    this.#socket = socket
  }

  receive(chunk: Buffer): void {
    if (this.#ended) return
    this.#unread.push(chunk)
    this.#length += chunk.length
    this.#goOn()
  }

  end(): void {
    this.#ended = true
    this.#goOn()
  }

  close(): void {
    running.get(this.#name)?.abort()
    running.delete(this.#name)
    this.#session?.close()
  }

  get #name(): string {
    return this.#key.toString('hex')
  }

  /** Handles all whole messages, unless a query is running. */
  #goOn(): void {
    try {
      while (!this.#busy && this.#socket.writable) {
        const message = this.#take()
        if (!message) break
        this.#state(message.type, message.body)
      }
    } catch (error) {
      if (!(error instanceof SqlError)) throw error
      this.#socket.write(errorOf('FATAL', error))
      this.#socket.destroySoon()
    }
    if (this.#ended && !this.#busy) this.#socket.destroySoon()
  }

  #take(): { type: string; body: Buffer } | undefined {
    const before = this.#state === this.#introduce ? 0 : 1
    const limit = before === 0 ? 10_000 : 2 ** 28
    if (this.#length < before + 4) return undefined
    if ((this.#unread[0]?.length ?? 0) < before + 4) this.#unread = [Buffer.concat(this.#unread)]
    const size = this.#unread[0]?.readInt32BE(before) ?? 0
    if (size < 8 - before * 4 || size > limit) throw new SqlError('08P01', 'a length that cannot be')
    if (this.#length < before + size) return undefined
    const all = Buffer.concat(this.#unread)
    this.#unread = [all.subarray(before + size)]
    this.#length -= before + size
    return { type: all.toString('latin1', 0, before), body: all.subarray(before + 4, before + size) }
  }

  #introduce(_: string, body: Buffer): void {
    const code = body.readInt32BE()
    if (code === 80877103 || code === 80877104) return void this.#socket.write('N')
    if (code === 80877102) {
      running.get(body.subarray(4).toString('hex'))?.abort()
      this.#socket.destroySoon()
      return
    }
    if (code !== 3 << 16) throw new SqlError('0A000', 'only protocol 3.0 is spoken here')
    const words = body.toString('utf8', 4).split('\0')
    this.#user = words[words.findIndex((word, i) => i % 2 === 0 && word === 'user') + 1] ?? ''
    this.#wanted = words[words.findIndex((word, i) => i % 2 === 0 && word === 'database') + 1] ?? ''
    this.#send('R', int32(10), text('SCRAM-SHA-256'), text(''))
    this.#state = this.#challenge
  }

  #challenge(type: string, body: Buffer): void {
    const [mechanism, rest = ''] = body.toString('latin1').split('\0', 2)
    const [, header = '', first = '', nonce] =
      /^([ny],[^,]*,)(n=.*,r=([^,]+).*)/s.exec(body.toString('utf8', 18)) ?? []
    if (type !== 'p' || mechanism !== 'SCRAM-SHA-256' || rest === undefined || !nonce)
      throw new SqlError('08P01', 'this is not how SCRAM-SHA-256 begins')
    this.#binding = Buffer.from(header).toString('base64')
    this.#nonce = nonce + randomBytes(15).toString('base64')
    const challenge = `r=${this.#nonce},s=${SALT},i=4096`
    this.#conversation = `${first},${challenge}`
    this.#send('R', int32(11), Buffer.from(challenge))
    this.#state = this.#check
  }

  #check(type: string, body: Buffer): void {
    const final = body.toString()
    const end = final.lastIndexOf(',p=')
    if (type !== 'p' || final.slice(0, end) !== `c=${this.#binding},r=${this.#nonce}`)
      throw new SqlError('08P01', 'this is not how SCRAM-SHA-256 goes on')
    this.#conversation += `,${final.slice(0, end)}`
    // The other way round than in the lesson: computes the proof that the client should have sent.
    const signature = hmac(STORED_KEY, this.#conversation)
    const right = Buffer.from(CLIENT_KEY.map((byte, i) => byte ^ (signature[i] ?? 0)))
    const proof = Buffer.from(final.slice(end + 3), 'base64')
    if (proof.length !== right.length || !timingSafeEqual(proof, right) || this.#user !== USER)
      throw new SqlError('28P01', `password authentication failed for user "${this.#user}"`)
    const proved = hmac(SERVER_KEY, this.#conversation).toString('base64')
    this.#send('R', int32(12), Buffer.from(`v=${proved}`))
    this.#send('R', int32(0))
    if ((this.#wanted || this.#user) !== DATABASE)
      throw new SqlError('3D000', `database "${this.#wanted}" does not exist`)
    this.#welcome()
  }

  #welcome(): void {
    connections += 1
    this.#key.writeInt32BE(connections)
    randomBytes(4).copy(this.#key, 4)
    this.#session = database.connect({ user: this.#user, pid: connections })
    const settings =
      'server_version=15.0 server_encoding=UTF8 client_encoding=UTF8 DateStyle=ISO,_MDY integer_datetimes=on standard_conforming_strings=on'
    for (const setting of settings.split(' ')) {
      const [name = '', value = ''] = setting.replace('_MDY', ' MDY').split('=')
      this.#send('S', text(name), text(value))
    }
    this.#send('K', this.#key)
    this.#send('Z', Buffer.from(this.#session.settle()))
    this.#state = this.#talk
  }

  #talk(type: string, body: Buffer): void {
    if (type === 'X') return void this.#socket.destroySoon()
    if (type !== 'Q' || !this.#session) throw new SqlError('08P01', `message type "${type}" is unknown`)
    const session = this.#session
    const controller = new AbortController()
    running.set(this.#name, controller)
    this.#busy = true
    void this.#run(session, body, controller.signal).then(() => {
      running.delete(this.#name)
      this.#send('Z', Buffer.from(session.settle()))
      this.#busy = false
      this.#goOn()
    })
  }

  async #run(session: Session, body: Buffer, signal: AbortSignal): Promise<void> {
    try {
      const sql = body.toString()
      if (sql.indexOf('\0') !== sql.length - 1) throw new SqlError('08P01', 'a query ends with a zero byte')
      const statements = session.parse(sql.slice(0, -1))
      if (statements.length === 0) this.#send('I')
      for (const each of statements) this.#sendResult(await session.execute(each, { signal }))
    } catch (error) {
      session.fail()
      if (!(error instanceof SqlError)) throw error
      this.#socket.write(errorOf('ERROR', error))
    }
  }

  #sendResult({ columns, rows, tag }: Result): void {
    if (columns) {
      const fields = columns.map(({ name, type, size }) => {
        const rest = Buffer.alloc(18)
        rest.writeInt32BE(type, 6)
        rest.writeInt16BE(size, 10)
        rest.writeInt32BE(-1, 12)
        return Buffer.concat([text(name), rest])
      })
      this.#send('T', int32(columns.length).subarray(2), ...fields)
    }
    for (const row of rows) {
      const values = row.map((each) =>
        each === null ? int32(-1) : Buffer.concat([int32(Buffer.byteLength(each)), Buffer.from(each)]),
      )
      this.#send('D', int32(row.length).subarray(2), ...values)
    }
    this.#send('C', text(tag))
  }

  #send(type: string, ...parts: Buffer[]): void {
    this.#socket.write(messageOf(type, ...parts))
  }
}

function errorOf(severity: string, { code, message, position }: SqlError): Buffer {
  const place = position === undefined ? '' : `P${position}\0`
  return messageOf('E', text(`S${severity}\0V${severity}\0C${code}\0M${message}\0${place}`))
}

function messageOf(type: string, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body])
}

function int32(number: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(number)
  return bytes
}

function text(string: string): Buffer {
  return Buffer.from(`${string}\0`)
}

function hmac(key: Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest()
}
