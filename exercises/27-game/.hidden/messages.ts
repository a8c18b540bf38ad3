import type { Field, Message, Messages } from '#harness'

const HEADER_BYTES = 4
const TOKEN_BYTES = 16
/** A longer one is no frame of the game: its length is wrong. */
const MAX_LENGTH = 1_000_000
/** Players of a snapshot whose fields are shown. */
const MAX_SHOWN = 100
const DIRECTIONS = ['up', 'right', 'down', 'left']

type Body = Pick<Message, 'name' | 'fields'> & { text?: string }

/** The frames of the arena. */
export const messages: Messages = {
  read(stream, sender) {
    const all: Message[] = []
    for (let at = 0; at + HEADER_BYTES < stream.length; ) {
      const length = stream.readUInt32BE(at)
      if (length > MAX_LENGTH) break
      const fields = new Fields(stream.subarray(0, at + HEADER_BYTES + length), at)
      const header = fields.uint('length', HEADER_BYTES)
      const { name, fields: rest, text } = length === 0 ? EMPTY : toBody(fields, sender)
      all.push({
        name,
        offset: at,
        length: Math.min(HEADER_BYTES + length, stream.length - at),
        fields: [header, ...rest],
        text: text ?? [name, ...rest.slice(1).map(({ value }) => value)].join(' '),
        whole: at + HEADER_BYTES + length <= stream.length,
      })
      at += HEADER_BYTES + length
    }
    return all
  },

  write(line) {
    const [word = '', ...rest] = line.trim().split(/\s+/)
    const direction = DIRECTIONS.indexOf(word)
    if (direction >= 0) return frame(2, Buffer.of(direction))
    if (word === 'join') return frame(1, Buffer.from(rest.join(' ')))
    if (word === 'leave') return frame(3)
    if (word === 'rejoin') return frame(4, Buffer.from(rest.join(''), 'hex'))
    throw new Error(`Type join, up, right, down, left, leave or rejoin (got "${word}").`)
  },

  lines: [
    ['join alice', 'sends JOIN'],
    ['up', 'also right, down and left: sends MOVE'],
    ['leave', 'sends LEAVE'],
    ['rejoin 00FF…', 'sends REJOIN with this token'],
  ],
}

const EMPTY: Body = { name: 'empty frame', fields: [] }

function toBody(fields: Fields, sender: 'client' | 'server'): Body {
  const type = fields.uint('type', 1)
  const name = NAMES.get(Number(type.value)) ?? 'unknown type'
  if ((sender === 'client') !== Number(type.value) < 128) return { name, fields: [type, fields.rest('body')] }
  switch (name) {
    case 'JOIN':
      return { name, fields: [type, fields.string('name')] }
    case 'MOVE': {
      const direction = fields.uint('direction', 1)
      const meaning = DIRECTIONS[Number(direction.value)] ?? 'unknown'
      return { name, fields: [type, { ...direction, value: `${direction.value} (${meaning})` }] }
    }
    case 'REJOIN':
      return { name, fields: [type, fields.rest('token')] }
    case 'WELCOME':
      return {
        name,
        fields: [type, fields.uint('id', 2), fields.rest('token', TOKEN_BYTES), fields.uint('tick in ms', 2)],
      }
    case 'SNAPSHOT':
      return toSnapshot(type, fields)
    case 'ERROR':
      return { name, fields: [type, fields.string('text')] }
    default:
      return { name, fields: [type] }
  }
}

function toSnapshot(type: Field, fields: Fields): Body {
  const start = [
    fields.uint('tick', 4),
    fields.uint('coin x', 2),
    fields.uint('coin y', 2),
    fields.uint('count', 2),
  ]
  const [tick, x, y, count] = start.map(({ value }) => value)
  const players: Field[] = []
  const words: string[] = []
  for (let i = 0; i < Math.min(MAX_SHOWN, Number(count)) && fields.left > 0; i += 1) {
    const parts = [
      fields.uint('id', 2),
      fields.uint('x', 2),
      fields.uint('y', 2),
      fields.uint('score', 2),
      fields.uint('name length', 1),
    ]
    const name = fields.string('name', Number(parts[4]?.value))
    const offset = parts[0]?.offset ?? 0
    const length = name.offset + name.length - offset
    players.push({ name: 'player', offset, length, fields: [...parts, name] })
    words.push(`${name.value?.slice(0, 12)} at ${parts[1]?.value},${parts[2]?.value}: ${parts[3]?.value}`)
  }
  return {
    name: 'SNAPSHOT',
    fields: [type, ...start, ...players],
    text: `SNAPSHOT ${tick}, coin ${x},${y}; ${words.join('; ')}`,
  }
}

const NAMES = new Map([
  [1, 'JOIN'],
  [2, 'MOVE'],
  [3, 'LEAVE'],
  [4, 'REJOIN'],
  [128, 'WELCOME'],
  [129, 'SNAPSHOT'],
  [130, 'ERROR'],
])

/** Takes one field after the other off a frame, as far as it goes. */
class Fields {
  readonly #bytes: Buffer
  #at: number

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes
    this.#at = at
  }

  get left(): number {
    return this.#bytes.length - this.#at
  }

  uint(name: string, length: number): Field {
    const bytes = this.#take(length)
    const value = bytes.length === length ? `${bytes.readUIntBE(0, length)}` : 'not whole'
    return this.#field(name, bytes, value)
  }

  string(name: string, length = this.left): Field {
    const bytes = this.#take(length)
    return this.#field(name, bytes, JSON.stringify(bytes.toString('latin1')))
  }

  rest(name: string, length = this.left): Field {
    const bytes = this.#take(length)
    return this.#field(name, bytes, bytes.toString('hex').toUpperCase())
  }

  #take(length: number): Buffer {
    const bytes = this.#bytes.subarray(this.#at, this.#at + (length || 0))
    this.#at += bytes.length
    return bytes
  }

  #field(name: string, bytes: Buffer, value: string): Field {
    return { name, offset: this.#at - bytes.length, length: bytes.length, value }
  }
}

function frame(type: number, body: Uint8Array = Buffer.alloc(0)): Buffer {
  const bytes = Buffer.concat([Buffer.alloc(HEADER_BYTES), Buffer.of(type), body])
  bytes.writeUInt32BE(bytes.length - HEADER_BYTES)
  return bytes
}
