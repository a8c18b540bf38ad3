import type { Field, Message, Messages } from '#harness'

const MAX_SHOWN_COLUMNS = 100

/** Reads a part of a message: returns its fields, and moves the reader on. */
type Part = (from: Reader) => Field[]

/**
 * The messages by type: name and parts. One letter may mean one message from the server and another
 * from the client.
 */
const SERVER: Record<string, [name: string, ...parts: Part[]]> = {
  R: ['Authentication', authentication],
  S: ['ParameterStatus', text('name'), text('value')],
  K: ['BackendKeyData', int32('process ID'), int32('secret key')],
  Z: ['ReadyForQuery', letter('status', { I: 'idle', T: 'in a transaction', E: 'in a failed transaction' })],
  T: ['RowDescription', columns],
  D: ['DataRow', values],
  C: ['CommandComplete', text('tag')],
  I: ['EmptyQueryResponse'],
  E: ['ErrorResponse', errorFields],
  N: ['NoticeResponse', errorFields],
  1: ['ParseComplete'],
  2: ['BindComplete'],
  3: ['CloseComplete'],
  n: ['NoData'],
  s: ['PortalSuspended'],
  t: ['ParameterDescription', list('type', 4)],
  A: ['NotificationResponse', int32('process ID'), text('channel'), text('payload')],
  G: ['CopyInResponse', overview],
  H: ['CopyOutResponse', overview],
  d: ['CopyData', data],
  c: ['CopyDone'],
}

const CLIENT: Record<string, [name: string, ...parts: Part[]]> = {
  Q: ['Query', text('query')],
  X: ['Terminate'],
  P: ['Parse', text('statement'), text('query'), list('type', 4)],
  B: ['Bind', text('portal'), text('statement'), list('format', 2), values, list('result format', 2)],
  D: ['Describe', letter('kind', { S: 'statement', P: 'portal' }), text('name')],
  E: ['Execute', text('portal'), int32('row limit')],
  C: ['Close', letter('kind', { S: 'statement', P: 'portal' }), text('name')],
  H: ['Flush'],
  S: ['Sync'],
  d: ['CopyData', data],
  c: ['CopyDone'],
  f: ['CopyFail', text('reason')],
  p: ['SASLResponse', sasl],
}

const CODES: Record<number, string> = {
  196608: '3.0',
  80877102: 'CancelRequest',
  80877103: 'SSLRequest',
  80877104: 'GSSENCRequest',
}

/** Messages of PostgreSQL's protocol 3.0. */
export const messages: Messages = {
  read(stream, sender) {
    const all: Message[] = []
    let begun = sender === 'server'
    for (let at = 0; at < stream.length; ) {
      if (begun && isAnswerToEncryption(stream, at, all)) {
        const field = { name: 'answer', offset: at, length: 1, value: 'N (no encryption)' }
        all.push({ name: 'N', offset: at, length: 1, fields: [field], text: 'N (no encryption)' })
        at += 1
        continue
      }
      const message = begun ? typed(stream, at, sender) : untyped(stream, at)
      if (!message) break
      all.push(message)
      begun ||= message.name === 'StartupMessage'
      at += message.length
    }
    return all
  },

  write(line) {
    const [, word = '', rest = ''] = /^\s*(\S+)\s*(.*)$/.exec(line) ?? []
    if (word === 'ssl') return request(80877103)
    if (word === 'gss') return request(80877104)
    if (word === 'startup') {
      const [user = 'alice', database = 'shop'] = rest.split(/\s+/).filter(Boolean)
      return request(0x00030000, `user\0${user}\0database\0${database}\0\0`)
    }
    if (word === 'query') return Buffer.concat([Buffer.from('Q'), sized(Buffer.from(`${rest}\0`))])
    if (word === 'terminate') return Buffer.concat([Buffer.from('X'), sized(Buffer.alloc(0))])
    throw new Error(`Type ssl, gss, startup, query or terminate (got "${word}"). psql can do the login, too.`)
  },

  lines: [
    ['ssl', 'SSLRequest; gss is the other one'],
    ['startup alice shop', 'StartupMessage with a user and a database'],
    ['query select 1', 'Query'],
    ['terminate', 'Terminate'],
  ],
}

/**
 * N alone, before all messages: in a NoticeResponse a length follows, which begins with a zero
 * byte.
 */
function isAnswerToEncryption(stream: Buffer, at: number, before: readonly Message[]): boolean {
  return stream[at] === 0x4e && stream[at + 1] !== 0 && before.every(({ name }) => name === 'N')
}

function typed(stream: Buffer, at: number, sender: 'client' | 'server'): Message | undefined {
  const type = stream.toString('latin1', at, at + 1)
  const [name, ...parts] = (sender === 'server' ? SERVER : CLIENT)[type] ?? [`unknown (${type})`]
  const kind: Field = { name: 'type', offset: at, length: 1, value: `${type} (${name})` }
  return framed(stream, at, 1, name, [kind], parts)
}

function untyped(stream: Buffer, at: number): Message | undefined {
  const code = stream.length >= at + 8 ? stream.readInt32BE(at + 4) : 0
  const name = code === 0x00030000 ? 'StartupMessage' : (CODES[code] ?? 'StartupMessage')
  const parts: Part[] = [int32(name === 'StartupMessage' ? 'version' : 'code', CODES)]
  if (name === 'StartupMessage') parts.push(pairs)
  if (name === 'CancelRequest') parts.push(int32('process ID'), int32('secret key'))
  return framed(stream, at, 0, name, [], parts)
}

/** A message whose length stands at `at + before`. */
function framed(
  stream: Buffer,
  at: number,
  before: number,
  name: string,
  head: Field[],
  parts: readonly Part[],
): Message | undefined {
  if (stream.length < at + before + 4) return undefined
  const length = stream.readInt32BE(at + before)
  if (length < 4) return undefined
  const end = Math.min(stream.length, at + before + length)
  const reader = new Reader(stream, at + before + 4, end)
  const size: Field = { name: 'length', offset: at + before, length: 4, value: `${length}` }
  const fields = parts.flatMap((part) => part(reader))
  return {
    name,
    offset: at,
    length: end - at,
    fields: [...head, size, ...fields, ...reader.rest()],
    text: [name, ...fields.flatMap((field) => field.value ?? [])].join(' '),
    whole: at + before + length <= stream.length,
  }
}

/** Takes fields off a message, one after the other, until there are no more. */
class Reader {
  readonly #bytes: Buffer
  readonly #end: number
  #at: number

  constructor(bytes: Buffer, at: number, end: number) {
    this.#bytes = bytes
    this.#at = at
    this.#end = end
  }

  get left(): number {
    return this.#end - this.#at
  }

  peekByte(): number | undefined {
    return this.left > 0 ? this.#bytes[this.#at] : undefined
  }

  integer(name: string, size: 1 | 2 | 4, meanings: Record<number, string> = {}): Field[] {
    if (this.left < size) return []
    const number = this.#bytes.readIntBE(this.#at, size)
    const meaning = meanings[number]
    return [this.take(name, size, meaning === undefined ? `${number}` : `${number} (${meaning})`)]
  }

  text(name: string): Field[] {
    const zero = this.#bytes.indexOf(0, this.#at)
    const length = (zero < 0 || zero >= this.#end ? this.#end : zero) - this.#at
    if (this.left === 0) return []
    const words = this.#bytes.toString('utf8', this.#at, this.#at + length)
    return [this.take(name, Math.min(this.left, length + 1), quoted(words))]
  }

  bytes(name: string, length: number): Field[] {
    const taken = Math.min(length, this.left)
    if (taken <= 0) return []
    return [this.take(name, taken, quoted(this.#bytes.toString('utf8', this.#at, this.#at + taken)))]
  }

  rest(): Field[] {
    return this.left > 0 ? [this.take('more', this.left, 'more than the message should have')] : []
  }

  take(name: string, length: number, value: string): Field {
    const field = { name, offset: this.#at, length, value }
    this.#at += length
    return field
  }
}

function int32(name: string, meanings?: Record<number, string>): Part {
  return (from) => from.integer(name, 4, meanings)
}

function text(name: string): Part {
  return (from) => from.text(name)
}

function letter(name: string, meanings: Record<string, string>): Part {
  return (from) => {
    const byte = from.peekByte()
    if (byte === undefined) return []
    const value = String.fromCharCode(byte)
    return [from.take(name, 1, meanings[value] === undefined ? value : `${value} (${meanings[value]})`)]
  }
}

/** A count, and as many integers. */
function list(name: string, size: 2 | 4): Part {
  return (from) => {
    const count = from.integer(`${name}s`, 2)
    const all: Field[] = []
    for (let i = 0; i < Math.min(Number(count[0]?.value ?? 0), MAX_SHOWN_COLUMNS); i += 1)
      all.push(...from.integer(name, size, size === 4 ? OIDS : { 0: 'text', 1: 'binary' }))
    return [...count, ...all]
  }
}

function overview(from: Reader): Field[] {
  return [...from.integer('format', 1, { 0: 'text' }), ...list('format', 2)(from)]
}

function data(from: Reader): Field[] {
  return from.bytes('data', from.left)
}

function authentication(from: Reader): Field[] {
  const kinds = { 0: 'Ok', 3: 'cleartext password', 10: 'SASL', 11: 'SASLContinue', 12: 'SASLFinal' }
  const kind = from.integer('kind', 4, kinds)
  const list: Field[] = []
  if (kind[0]?.value?.startsWith('10 ')) while (from.left > 1) list.push(...from.text('mechanism'))
  const end = list.length > 0 && from.left === 1 ? [from.take('end of list', 1, '0')] : []
  return [...kind, ...list, ...end, ...from.bytes('data', from.left)]
}

/** The first response names the mechanism; the next is only text. */
function sasl(from: Reader): Field[] {
  if (from.peekByte() !== 0x53) return from.bytes('data', from.left)
  return [...from.text('mechanism'), ...from.integer('data length', 4), ...from.bytes('data', from.left)]
}

function pairs(from: Reader): Field[] {
  const all: Field[] = []
  while (from.left > 1) all.push(...from.text('name'), ...from.text('value'))
  return from.left === 1 ? [...all, from.take('end', 1, '0')] : all
}

function columns(from: Reader): Field[] {
  const count = from.integer('columns', 2)
  const all: Field[] = []
  for (let i = 0; i < Math.min(Number(count[0]?.value ?? 0), MAX_SHOWN_COLUMNS) && from.left > 0; i += 1) {
    all.push(
      ...[from.text('name'), from.integer('table', 4), from.integer('column', 2)].flat(),
      ...[from.integer('type', 4, OIDS), from.integer('size', 2), from.integer('modifier', 4)].flat(),
      ...from.integer('format', 2, { 0: 'text', 1: 'binary' }),
    )
  }
  return [...count, ...all]
}

function values(from: Reader): Field[] {
  const count = from.integer('columns', 2)
  const all: Field[] = []
  for (let i = 0; i < Math.min(Number(count[0]?.value ?? 0), MAX_SHOWN_COLUMNS) && from.left > 0; i += 1) {
    const length = from.integer('length', 4, { [-1]: 'NULL' })
    all.push(...length, ...from.bytes('value', Number.parseInt(length[0]?.value ?? '0', 10)))
  }
  return [...count, ...all]
}

function errorFields(from: Reader): Field[] {
  const names: Record<string, string> = {
    S: 'severity',
    V: 'severity',
    C: 'SQLSTATE',
    M: 'message',
    P: 'position',
  }
  const all: Field[] = []
  while (from.left > 1) {
    const key = String.fromCharCode(from.peekByte() ?? 0)
    const [field] = from.text(names[key] ?? key)
    if (field) all.push({ ...field, value: `${field.value}`.replace(/^"(.)/, '$1 "') })
  }
  return from.left === 1 ? [...all, from.take('end', 1, '0')] : all
}

/** Text in quotes, with escapes for everything that a terminal would obey. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(/[\x7f-\x9f]/g, (each) => `\\x${each.charCodeAt(0).toString(16)}`)
}

const OIDS: Record<number, string> = {
  16: 'boolean',
  20: 'bigint',
  23: 'integer',
  25: 'text',
  701: 'double precision',
}

function request(code: number, rest = ''): Buffer {
  const body = Buffer.alloc(4)
  body.writeInt32BE(code)
  return sized(Buffer.concat([body, Buffer.from(rest)]))
}

/** With its length in front, which counts itself. */
function sized(body: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeInt32BE(4 + body.length)
  return Buffer.concat([length, body])
}
