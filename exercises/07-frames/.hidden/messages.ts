import type { Field, Message, Messages } from '#harness'

const HEADER_BYTES = 4
const OPERAND_BYTES = 8
const OPS = ['sum', 'min', 'max']
const MAX_SHOWN_OPERANDS = 100

/** The calculator's frames. */
export const messages: Messages = {
  read(stream, sender) {
    const all: Message[] = []
    for (let at = 0; at + HEADER_BYTES <= stream.length; ) {
      const length = stream.readUInt32BE(at)
      const body = stream.subarray(at + HEADER_BYTES, at + HEADER_BYTES + length)
      const whole = body.length === length
      const { name, fields } = (sender === 'client' ? request : answer)(body, at + HEADER_BYTES)
      const header = { name: 'length', offset: at, length: HEADER_BYTES, value: `${length}` }
      all.push({
        name,
        offset: at,
        length: HEADER_BYTES + body.length,
        fields: [header, ...fields],
        text: [name, ...fields.slice(1).map(({ value }) => value)].join(' '),
        whole,
      })
      at += HEADER_BYTES + length
    }
    return all
  },

  write(line) {
    const [word = '', ...operands] = line.trim().split(/\s+/)
    const op = OPS.indexOf(word) + 1
    if (op === 0) throw new Error(`Type an op and its operands, such as "sum 1 2 3" (got "${word}").`)
    const wrong = operands.find((each) => !/^-?\d+$/.test(each))
    if (wrong !== undefined) throw new Error(`"${wrong}" is not an integer.`)
    const frame = Buffer.alloc(HEADER_BYTES + 1 + OPERAND_BYTES * operands.length)
    frame.writeUInt32BE(frame.length - HEADER_BYTES)
    frame.writeUInt8(op, HEADER_BYTES)
    for (const [i, each] of operands.entries())
      frame.writeBigInt64BE(BigInt.asIntN(64, BigInt(each)), HEADER_BYTES + 1 + OPERAND_BYTES * i)
    return frame
  },

  lines: [['sum 1 2 3', 'also min and max: sends one frame']],
}

function request(body: Buffer, at: number): Pick<Message, 'name' | 'fields'> {
  if (body.length === 0) return { name: 'empty frame', fields: [] }
  const op = body.readUInt8()
  const name = OPS[op - 1] ?? 'unknown op'
  const fields: Field[] = [{ name: 'op', offset: at, length: 1, value: `${op}` }]
  const operands = Math.min(MAX_SHOWN_OPERANDS, Math.floor((body.length - 1) / OPERAND_BYTES))
  for (let i = 0; i < operands; i += 1) fields.push(int64('operand', body, 1 + i * OPERAND_BYTES, at))
  return { name, fields }
}

function answer(body: Buffer, at: number): Pick<Message, 'name' | 'fields'> {
  if (body.length === 0) return { name: 'empty frame', fields: [] }
  const status = body.readUInt8()
  const meaning = ['0 (good)', '1 (error)'][status] ?? `${status}`
  const fields: Field[] = [{ name: 'status', offset: at, length: 1, value: meaning }]
  const rest = body.subarray(1)
  if (status === 1) {
    fields.push({ name: 'message', offset: at + 1, length: rest.length, value: `"${rest}"` })
    return { name: 'error', fields }
  }
  if (rest.length === OPERAND_BYTES) fields.push(int64('result', body, 1, at))
  else fields.push({ name: 'result', offset: at + 1, length: rest.length, value: 'not 8 bytes' })
  return { name: 'answer', fields }
}

function int64(name: string, body: Buffer, from: number, at: number): Field {
  return { name, offset: at + from, length: OPERAND_BYTES, value: `${body.readBigInt64BE(from)}` }
}
