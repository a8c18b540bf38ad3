import type { Field, Message } from '../harness/messages.ts'

/** The message in which a failure shows, field by field. */
export interface DecodedMessage {
  /** What came, or where nothing did what should have come. */
  name: string
  /** What should have come, where that is another message. */
  instead?: string
  fields: DecodedField[]
}

/** A row of the message. */
export interface DecodedField {
  name: string
  /** 0 for a field of the message, 1 for a part of such a field, and so on. */
  depth: number
  /** base64 of its first bytes, as they came; absent where it did not come. */
  bytes?: string
  /** How many bytes it has. */
  length?: number
  /** What they mean; absent for a group. */
  value?: string
  /** What should have come here, where that differs. */
  expected?: string
  /** True for the field with the first wrong byte. */
  wrong?: true
}

interface Streams {
  came: Buffer
  should: Buffer
  position: number
}

const SHOWN_BYTES = 64

/** The fields of what came and of what should have come, side by side in one list. */
export function fieldsOf(
  came: Message | undefined,
  wanted: Message | undefined,
  streams: Streams,
): DecodedField[] {
  return pair(came?.fields ?? [], wanted?.fields ?? [], 0, streams)
}

function pair(
  came: readonly Field[],
  wanted: readonly Field[],
  depth: number,
  streams: Streams,
): DecodedField[] {
  const rows = Array.from({ length: Math.max(came.length, wanted.length) }, (_, i) => [came[i], wanted[i]])
  return rows.flatMap(([has, should]) => {
    const field = has ?? should
    if (!field) return []
    const nested = has?.fields || should?.fields
    const bytes = has && streams.came.subarray(has.offset, has.offset + has.length)
    const row: DecodedField = { name: field.name, depth }
    if (bytes) {
      row.bytes = bytes.subarray(0, SHOWN_BYTES).toString('base64')
      row.length = bytes.length
    }
    if (has?.value !== undefined) row.value = has.value
    if (should?.value !== undefined && should.value !== has?.value) row.expected = should.value
    if (!nested && holds(has ?? should, streams.position)) row.wrong = true
    return [row, ...pair(has?.fields ?? [], should?.fields ?? [], depth + 1, streams)]
  })
}

function holds(field: Field | undefined, position: number): boolean {
  return field !== undefined && field.offset <= position && position < field.offset + field.length
}
