import type { Field, Message } from '../harness/messages.ts'

/** The message that contains the failure, field by field. */
export interface DecodedMessage {
  /** The message that came; if none came, the one that should have. */
  name: string
  /** The message that should have come, if that is a different one. */
  instead?: string
  fields: DecodedField[]
}

/** A row of the message. */
export interface DecodedField {
  name: string
  /** 0 for a field of the message, 1 for a part of such a field, and so on. */
  depth: number
  /** base64 of its first bytes, as they came; absent if it did not come. */
  bytes?: string
  /** How many bytes it has. */
  length?: number
  /** What they mean; absent for a group. */
  value?: string
  /** What should have come here, if that differs. */
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

/** The fields of what came and of what should have come, merged into one list. */
export function fieldsOf(
  came: Message | undefined,
  wanted: Message | undefined,
  streams: Streams,
): DecodedField[] {
  const isInCame = leavesOf(came?.fields ?? []).some((field) => holds(field, streams.position))
  return rowsOf(came?.fields ?? [], wanted?.fields ?? [], 0, { ...streams, isInCame })
}

function rowsOf(
  came: readonly Field[],
  wanted: readonly Field[],
  depth: number,
  streams: Streams & { isInCame: boolean },
): DecodedField[] {
  return pair(came, wanted).flatMap(([has, should]) => {
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
    // The wrong byte is in one row only: in a field that came, if any holds it.
    const suspect = has ?? (streams.isInCame ? undefined : should)
    if (!nested && holds(suspect, streams.position)) row.wrong = true
    return [row, ...rowsOf(has?.fields ?? [], should?.fields ?? [], depth + 1, streams)]
  })
}

type Pair = [came: Field | undefined, wanted: Field | undefined]

/**
 * Pairs fields of the same name, in their order. What only one side has comes alone, before the
 * next pair.
 */
function pair(came: readonly Field[], wanted: readonly Field[]): Pair[] {
  const pairs: Pair[] = []
  const [left, right] = [[...came], [...wanted]]
  for (;;) {
    const [has, should] = [left[0], right[0]]
    if (!has || !should) break
    const [inLeft, inRight] = [indexOf(left, should.name), indexOf(right, has.name)]
    if (inLeft === 0) pairs.push([left.shift(), right.shift()])
    else if (inLeft < 0 && inRight < 0) pairs.push([left.shift(), undefined], [undefined, right.shift()])
    // The side whose name turns up sooner in the other has fewer fields of its own in between.
    else if (inRight < 0 || (inLeft >= 0 && inLeft <= inRight)) pairs.push([left.shift(), undefined])
    else pairs.push([undefined, right.shift()])
  }
  for (const each of left) pairs.push([each, undefined])
  for (const each of right) pairs.push([undefined, each])
  return pairs
}

function indexOf(fields: readonly Field[], name: string): number {
  return fields.findIndex((field) => field.name === name)
}

function leavesOf(fields: readonly Field[]): Field[] {
  return fields.flatMap((field) => (field.fields ? leavesOf(field.fields) : [field]))
}

function holds(field: Field | undefined, position: number): boolean {
  return field !== undefined && field.offset <= position && position < field.offset + field.length
}
