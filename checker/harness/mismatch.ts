import { countBytes, describe, hex, isText, lineAt, nameByte, quote, show } from '../program/bytes.ts'
import { delay } from '../program/delay.ts'
import type { CheckFailure, Failure, FailureCode } from './failure.ts'
import { type Incoming, SETTLE_MS, type Stop, settle } from './incoming.ts'
import { afterCount, codeOf, insteadOfAll } from './instead.ts'
import { nearMissOf } from './near-miss.ts'

/** Bytes of the answer that evidence shows before the first wrong one, and after it. */
const BEFORE = 32
const AFTER = 96
/**
 * A run of bytes too long to be the same by chance, and how far into an answer it is looked for.
 */
const RELAYED = 5
const RELAYED_WITHIN = 64

/** Where a part stands in a long answer: how many bytes are before it, and how many after it. */
export interface Place {
  before: number
  after: () => number
}

const WHOLE: Place = { before: 0, after: () => 0 }

/** Bytes came when none should have: they are the evidence. */
export async function extraBytes(
  from: Incoming,
  should: string,
  code: FailureCode = 'extra-bytes',
): Promise<CheckFailure> {
  await delay(SETTLE_MS)
  const actual = from.inbox.peek(AFTER)
  const sender = from.scenario.senderOf(actual, from.peer)
  const more = from.inbox.length > actual.length ? 'at least ' : ''
  return failed(from, sender ? 'foreign-bytes' : code, {
    should,
    but: `${from.gave} ${more}${countBytes(actual.length)} more: ${show(actual, 40)}${sender ? `, which ${sender} had sent` : ''}`,
    actual,
    expected: Buffer.alloc(0),
    offset: 0,
    window: 0,
    ...(/^(\r?\n)+$/.test(actual.toString('latin1')) && { nearMiss: 'added-newline' as const }),
  })
}

/** A different byte came than expected. */
export async function wrongByte(
  from: Incoming,
  expected: Buffer,
  offset: number,
  place = WHOLE,
): Promise<CheckFailure> {
  await settle(from, expected.length - offset)
  const window = Math.max(0, offset - BEFORE)
  const came = from.inbox.peek(expected.length - offset + AFTER)
  const rest = expected.subarray(offset)
  const whole = Buffer.concat([expected.subarray(0, offset), came])
  const sender = foreignSender(from, expected, whole, offset)
  const nearMiss = sender ? 'foreign' : nearMissOf(expected, offset, came)
  const but = sender
    ? `at byte ${place.before + offset} it ${from.gave} ${quote(came.subarray(0, 24))}, which ${sender} had sent`
    : difference(from, expected, whole, offset, place)
  return failed(from, sender ? 'foreign-bytes' : 'wrong-bytes', {
    should: `${from.give} ${describeWhole(expected, place)}`,
    but,
    expected: Buffer.concat([expected.subarray(window, offset), rest.subarray(0, AFTER)]),
    actual: Buffer.concat([expected.subarray(window, offset), came.subarray(0, AFTER)]),
    window: place.before + window,
    offset: place.before + offset,
    ...(nearMiss && { nearMiss }),
  })
}

/**
 * "sent X: byte 3 was a instead of b"; for a long answer that is text, the line in which that byte
 * stands.
 */
function difference(
  from: Incoming,
  expected: Buffer,
  came: Buffer,
  offset: number,
  { before }: Place,
): string {
  const text = isText(expected) && isText(came)
  const name = text ? nameByte : hex
  const byte = `byte ${(before + offset).toLocaleString('en-US')} was ${name(came[offset] ?? 0)} instead of ${name(expected[offset] ?? 0)}`
  const short = before === 0 && expected.length <= 60 && came.length <= 60
  if (short) return `${from.gave} ${text ? quote(came) : show(came, 120)}${offset > 0 ? `: ${byte}` : ''}`
  if (!text) return byte
  return `${byte}: ${quote(lineAt(came, offset), 40)} instead of ${quote(lineAt(expected, offset), 40)}`
}

/**
 * Which other client sent what came here. The wrong byte may be in the middle of it, if both
 * clients sent the same bytes up to there.
 */
function foreignSender(from: Incoming, expected: Buffer, came: Buffer, offset: number): string | undefined {
  if (isRelayed(from, expected)) return undefined
  const windows = [came.subarray(offset, offset + 8), came.subarray(Math.max(0, offset - 2), offset + 4)]
  return windows
    .map((window) => from.scenario.senderOf(window, from.peer))
    .find((sender) => sender !== undefined)
}

/**
 * True if what should have come is what another client has sent, as in a chat: then bytes of others
 * are to be expected.
 */
function isRelayed(from: Incoming, expected: Buffer): boolean {
  const starts = Array.from(
    { length: Math.min(RELAYED_WITHIN, expected.length - RELAYED + 1) },
    (_, at) => at,
  )
  return starts.some(
    (at) => from.scenario.senderOf(expected.subarray(at, at + RELAYED), from.peer) !== undefined,
  )
}

/** The stream ended or fell silent too early. */
export async function tooShort(
  from: Incoming,
  expected: Buffer,
  offset: number,
  outcome: Stop,
  place = WHOLE,
): Promise<CheckFailure> {
  const window = Math.max(0, offset - BEFORE)
  const count = place.before + offset
  const part = `${from.gave} only ${count.toLocaleString('en-US')} of them`
  return failed(from, codeOf(outcome), {
    should: `${from.give} ${describeWhole(expected, place)}`,
    but: count === 0 ? insteadOfAll(from, outcome) : `${part} ${afterCount(from, outcome)}`,
    ...(count > 0 && { part }),
    expected: expected.subarray(window, offset + AFTER),
    actual: expected.subarray(window, offset),
    window: place.before + window,
    offset: count,
    ...(count > 0 && {
      nearMiss: isBlank(expected.subarray(offset)) ? ('trimmed' as const) : ('prefix' as const),
    }),
  })
}

function describeWhole(expected: Buffer, place: Place): string {
  const others = place.before + place.after()
  return others === 0 ? describe(expected) : countBytes(others + expected.length)
}

/** White space and nothing else, as trim() removes it. */
function isBlank(bytes: Buffer): boolean {
  return bytes.length <= 2 && bytes.every((byte) => byte === 0x0a || byte === 0x0d || byte === 0x20)
}

/** A failure with the stream's evidence. */
export function failed(
  from: Incoming,
  code: FailureCode,
  about: { should: string; but: string; part?: string; expected?: Buffer; actual?: Buffer } & Pick<
    Failure,
    'window' | 'offset' | 'nearMiss'
  >,
): Promise<CheckFailure> {
  const { expected, actual, ...rest } = about
  return from.scenario.failed({
    ...rest,
    code,
    peer: from.peer,
    position: from.inbox.taken,
    ...(expected && { expected: expected.toString('base64') }),
    ...(actual && { actual: actual.toString('base64') }),
  })
}
