import type { Field, Message, Messages } from '#harness'

const NAMES: Record<number, string> = {
  0: 'continuation',
  1: 'text',
  2: 'binary',
  8: 'Close',
  9: 'Ping',
  10: 'Pong',
}
const CLOSE = 8
const MASK = Buffer.of(0x37, 0xfa, 0x21, 0x3d)
const MAX_SHOWN_BYTES = 40
/** In hex each byte takes three characters. */
const MAX_HEX_BYTES = 16

/** A handshake, then frames. */
export const messages: Messages = {
  read(stream, sender) {
    const end = stream.indexOf('\r\n\r\n')
    if (end === -1) return []
    const all = [head(stream, end + 4)]
    // Frames follow only a successful handshake; the client's side does not show whether it was.
    if (sender === 'server' && !stream.toString('latin1', 0, 12).endsWith(' 101')) return all
    for (let at = end + 4; at < stream.length; ) {
      const next = frame(stream, at, sender)
      if (!next) break
      all.push(next)
      at += next.length
    }
    return all
  },

  write(line) {
    const [, word = '', rest = ''] = /^(\S+) ?(.*)$/s.exec(line) ?? []
    if (word === 'open') return Buffer.from(handshake(rest || '/echo'))
    if (word === 'ping') return masked(0x89, Buffer.from(rest))
    if (word === 'close') return masked(0x88, closePayload(rest))
    if (word === 'begin') return masked(0x01, Buffer.from(rest))
    if (word === 'more') return masked(0x00, Buffer.from(rest))
    if (word === 'last') return masked(0x80, Buffer.from(rest))
    if (word === 'text') return masked(0x81, Buffer.from(rest))
    if (word === 'binary') return masked(0x82, Buffer.from(rest.replaceAll(' ', ''), 'hex'))
    return masked(0x81, Buffer.from(line))
  },

  lines: [
    ['open /room', 'the handshake for that path: type it first'],
    ['hello', 'a text message; "text open" sends a word that is a command'],
    ['binary 00 FF', 'a binary message'],
    ['begin he', 'the first fragment of a text message'],
    ['more ll', 'a fragment that is not the last; "last o" is'],
    ['ping hi', 'a Ping'],
    ['close 1000 bye', 'a Close; code and reason may be left out'],
  ],
}

/** An HTTP head as one message: its first line, and each field. */
function head(stream: Buffer, length: number): Message {
  const fields: Field[] = []
  for (let at = 0; at < length - 2; ) {
    const end = stream.indexOf('\r\n', at) + 2
    const line = stream.toString('latin1', at, end - 2)
    const [name = '', value = ''] = at === 0 ? ['first line', line] : line.split(/:\s*/, 2)
    fields.push({ name, offset: at, length: end - at, value })
    at = end
  }
  return { name: 'handshake', offset: 0, length, fields, text: fields[0]?.value ?? 'handshake' }
}

/** The frame at this offset, as far as it has arrived; undefined without its first two bytes. */
function frame(stream: Buffer, at: number, sender: 'client' | 'server'): Message | undefined {
  if (stream.length < at + 2) return undefined
  const [first, second] = [stream.readUInt8(at), stream.readUInt8(at + 1)]
  const short = second & 0x7f
  const extended = short === 126 ? 2 : short === 127 ? 8 : 0
  const maskAt = at + 2 + extended
  const payloadAt = maskAt + (second & 0x80 ? 4 : 0)
  const opcode = first & 0x0f
  const kind = NAMES[opcode] ?? `opcode ${opcode}`
  const oddities = [
    ...((second & 0x80) === 0 && sender === 'client' ? ['not masked'] : []),
    ...(second & 0x80 && sender === 'server' ? ['masked'] : []),
    ...(first & 0x70 ? ['reserved bits'] : []),
  ]
  const name = `${first & 0x80 ? '' : 'part of '}${kind}${oddities.length > 0 ? ` (${oddities.join(', ')})` : ''}`
  const start: Field = { name: 'FIN, RSV, opcode', offset: at, length: 1, value: firstByte(first) }
  if (stream.length < payloadAt) {
    const known = { name, offset: at, length: stream.length - at, fields: [start], whole: false }
    return { ...known, text: name }
  }
  const length =
    extended === 0
      ? short
      : extended === 2
        ? stream.readUInt16BE(at + 2)
        : Number(stream.readBigUInt64BE(at + 2))
  const fields: Field[] = [
    start,
    {
      name: 'mask bit, length',
      offset: at + 1,
      length: 1 + extended,
      value: `${second & 0x80 ? 'masked' : 'not masked'}, ${length}${extended > 0 ? ` in ${extended * 8} bits` : ''}`,
    },
  ]
  const mask = stream.subarray(maskAt, payloadAt)
  if (mask.length > 0) fields.push({ name: 'mask', offset: maskAt, length: 4, value: mask.toString('hex') })
  const payload = stream.subarray(payloadAt, payloadAt + length)
  const bytes = unmasked(payload.subarray(0, MAX_SHOWN_BYTES), mask)
  const shown =
    opcode === CLOSE ? closeFields(bytes, payloadAt) : [payloadField(opcode, bytes, payload, payloadAt)]
  fields.push(...shown)
  return {
    name,
    offset: at,
    length: payloadAt - at + payload.length,
    fields,
    text: [name, ...shown.map(({ value }) => value)].join(' '),
    whole: payload.length === length,
  }
}

function firstByte(first: number): string {
  const bits = [first & 0x80 ? 'FIN' : 'no FIN', ...(first & 0x70 ? [`RSV ${(first & 0x70) >> 4}`] : [])]
  return [...bits, `opcode ${first & 0x0f}`].join(', ')
}

function payloadField(opcode: number, bytes: Buffer, payload: Buffer, offset: number): Field {
  const isText = opcode !== 2 && bytes.every((byte) => byte >= 0x20 && byte !== 0x7f)
  const shown = isText ? bytes : bytes.subarray(0, MAX_HEX_BYTES)
  const value = isText ? JSON.stringify(`${bytes}`) : shown.toString('hex').replace(/(..)(?!$)/g, '$1 ')
  const more = payload.length > shown.length ? ' …' : ''
  return { name: 'payload', offset, length: payload.length, value: value + more }
}

function closeFields(bytes: Buffer, offset: number): Field[] {
  if (bytes.length < 2) return [{ name: 'code', offset, length: bytes.length, value: 'no code' }]
  const code: Field = { name: 'code', offset, length: 2, value: `${bytes.readUInt16BE()}` }
  if (bytes.length === 2) return [code]
  return [
    code,
    {
      name: 'reason',
      offset: offset + 2,
      length: bytes.length - 2,
      value: JSON.stringify(`${bytes.subarray(2)}`),
    },
  ]
}

function unmasked(payload: Buffer, mask: Buffer): Buffer {
  return mask.length === 0 ? payload : Buffer.from(payload.map((byte, i) => byte ^ (mask[i % 4] ?? 0)))
}

function handshake(path: string): string {
  return [
    `GET ${path} HTTP/1.1`,
    'Host: localhost',
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version: 13',
    '\r\n',
  ].join('\r\n')
}

function closePayload(rest: string): Buffer {
  const [, code, reason = ''] = /^(\d+) ?(.*)$/s.exec(rest) ?? []
  if (code === undefined && rest !== '')
    throw new Error(`Type a code before the reason, as in "close 1000 ${rest}".`)
  return code === undefined
    ? Buffer.alloc(0)
    : Buffer.concat([Buffer.of((Number(code) >> 8) & 0xff, Number(code) & 0xff), Buffer.from(reason)])
}

function masked(first: number, payload: Buffer): Buffer {
  const long = Buffer.alloc(payload.length < 126 ? 2 : payload.length < 65_536 ? 4 : 10)
  long.writeUInt8(first)
  long.writeUInt8(0x80 | (long.length === 2 ? payload.length : long.length === 4 ? 126 : 127), 1)
  if (long.length === 4) long.writeUInt16BE(payload.length, 2)
  if (long.length === 10) long.writeBigUInt64BE(BigInt(payload.length), 2)
  return Buffer.concat([long, MASK, unmasked(payload, MASK)])
}
