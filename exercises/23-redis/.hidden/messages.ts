import type { Field, Message, Messages } from '#harness'

const MAX_SHOWN = 40
const MAX_SHOWN_ELEMENTS = 100
const MAX_DEPTH = 8
const ESCAPES: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '"': '\\"', '\\': '\\\\' }
const KINDS: Record<string, string> = {
  '+': 'status',
  '-': 'error',
  ':': 'integer',
  $: 'bulk string',
  _: 'null',
  ',': 'double',
  '#': 'boolean',
  '=': 'text',
  '*': 'array',
  '~': 'set',
  '%': 'map',
  '>': 'push',
}

/** RESP: commands one way, values the other. */
export const messages: Messages = {
  read(stream, sender) {
    const all: Message[] = []
    for (let at = 0; at < stream.length; ) {
      const message =
        sender === 'client' && stream[at] !== 0x2a ? inline(stream, at) : ofValue(stream, at, sender)
      if (!message) break
      all.push(message)
      if (message.whole === false) break
      at += message.length
    }
    return all
  },

  write(line) {
    const words = wordsOf(line)
    return Buffer.concat([
      Buffer.from(`*${words.length}\r\n`),
      ...words.flatMap((word) => [Buffer.from(`$${word.length}\r\n`), word, Buffer.from('\r\n')]),
    ])
  },

  lines: [
    ['SET greeting "hello, you"', 'any command, as in redis-cli: sends it as an array of bulk strings'],
    ['HELLO 3', 'the answers are in RESP3 from then on'],
  ],
}

/** A value on the wire; `end` is where the next one begins. */
interface Decoded extends Field {
  kind: string
  end: number
  whole: boolean
}

function ofValue(stream: Buffer, at: number, sender: 'client' | 'server'): Message | undefined {
  const value = decode(stream, at, 0)
  if (!value) return undefined
  const { kind, length, whole } = value
  const elements = (value.fields ?? []).slice(1)
  const words = elements.map(({ value: text }) => text ?? '')
  const [name, text] =
    sender === 'client'
      ? [bare(words[0] ?? 'empty command').toUpperCase(), words.map(bare).join(' ')]
      : [kind, textOf(value)]
  return { name, offset: at, length, fields: value.fields ?? [plain(value)], text, whole }
}

function inline(stream: Buffer, at: number): Message {
  const end = stream.indexOf('\n', at)
  const length = (end < 0 ? stream.length : end + 1) - at
  const text = stream.toString('latin1', at, at + length).trim()
  const [word = ''] = text.split(/\s/)
  return {
    name: word === '' ? 'empty line' : `${word.toUpperCase()} (typed)`,
    offset: at,
    length,
    fields: [{ name: 'line', offset: at, length, value: quoted(text) }],
    text: text === '' ? 'empty line' : text,
    whole: end >= 0,
  }
}

function decode(stream: Buffer, at: number, depth: number): Decoded | undefined {
  const type = String.fromCharCode(stream[at] ?? 0)
  const kind = KINDS[type]
  const lineEnd = stream.indexOf('\r\n', at)
  if (!kind || lineEnd < 0 || depth > MAX_DEPTH) return undefined
  const rest = stream.toString('latin1', at + 1, lineEnd)
  const head = { name: kind, offset: at, length: lineEnd + 2 - at }
  const leaf = (value: string, end = lineEnd + 2, whole = true): Decoded => ({
    ...head,
    kind,
    value,
    length: end - at,
    end,
    whole,
  })

  if ('+-:,#'.includes(type)) return leaf(rest)
  if (type === '_' || rest === '-1') return leaf('null')
  if (!/^\d+$/.test(rest)) return undefined
  const count = Number(rest)
  if (type === '$' || type === '=') {
    const from = lineEnd + 2
    const end = Math.min(stream.length, from + count + 2)
    const whole = end === from + count + 2
    const text = quoted(stream.toString('latin1', from, Math.min(end, from + count)))
    return leaf(text, end, whole)
  }

  const fields: Field[] = [{ ...head, name: `${kind} of`, value: `${count}` }]
  let end = lineEnd + 2
  let whole = true
  const elements = type === '%' ? count * 2 : count
  for (let i = 0; i < elements && whole; i += 1) {
    const element = decode(stream, end, depth + 1)
    if (!element) {
      whole = false
      break
    }
    ;({ end, whole } = element)
    const name =
      type === '%' ? `${i % 2 === 0 ? 'key' : 'value'} ${Math.floor(i / 2) + 1}` : `element ${i + 1}`
    if (i < MAX_SHOWN_ELEMENTS) fields.push({ ...plain(element), name: `${name}, ${element.kind}` })
  }
  return { ...head, kind, fields, length: end - at, end, whole }
}

function plain({ name, offset, length, value, fields }: Field): Field {
  return {
    name,
    offset,
    length,
    ...(value === undefined ? {} : { value }),
    ...(fields === undefined ? {} : { fields }),
  }
}

/** A value as redis-cli would show it on one line. */
function textOf({ name, value, fields }: Field): string {
  if (value !== undefined) return name.endsWith('error') ? `error ${value}` : value
  const elements = (fields ?? []).slice(1).map(textOf)
  return `${name === 'push' ? 'push ' : ''}[${elements.join(', ')}]`
}

function bare(text: string): string {
  return /^"[^\s"\\]+"$/.test(text) ? text.slice(1, -1) : text
}

/** As redis-cli shows it. */
function quoted(text: string): string {
  const short = text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text
  const shown = short.replace(/[^ -~…]|["\\]/g, (each) => {
    const code = each.charCodeAt(0).toString(16).padStart(2, '0')
    return ESCAPES[each] ?? `\\x${code}`
  })
  return `"${shown}"`
}

/** The words of a typed line, as redis-cli takes them. */
function wordsOf(line: string): Buffer[] {
  const word = /"((?:\\.|[^"\\])*)"(?!\S)|'([^']*)'(?!\S)|[^\s"']+/g
  if (line.trim() === '') throw new Error('Type a command and its arguments, such as "SET greeting hello".')
  if (line.replace(word, '').trim() !== '') throw new Error('A quote is not closed.')
  return Array.from(line.matchAll(word), ([whole, double, single]) => {
    if (double === undefined) return Buffer.from(single ?? whole)
    const bytes = Buffer.from(double).toString('latin1')
    const plainText = bytes.replace(/\\(x[\da-f]{2}|.)/gi, (_, code: string) =>
      code.length === 3
        ? String.fromCharCode(Number.parseInt(code.slice(1), 16))
        : ({ n: '\n', r: '\r', t: '\t' }[code] ?? code),
    )
    return Buffer.from(plainText, 'latin1')
  })
}
