import {
  type Bytes,
  countBytes,
  describe,
  hex,
  isText,
  lineAt,
  nameByte,
  quote,
  show,
  toBuffer,
} from './bytes.ts'
import { delay } from './delay.ts'
import type { CheckFailure, Failure, FailureCode } from './failure.ts'
import type { Ending, Inbox } from './inbox.ts'
import { nearMissOf } from './near-miss.ts'
import type { Scenario } from './scenario.ts'

/** A stream that comes from the learner's program, and how sentences speak of it. */
export interface Incoming {
  inbox: Inbox
  /** The client's name, for evidence. */
  peer: string
  /** "send alice", "print": completes "The server should …". */
  give: string
  /** "sent", "printed". */
  gave: string
  /** "end alice's connection (FIN)", "close its output". */
  finish: string
  scenario: Scenario
  /** Called before a wait for more: lets a paused stream flow. */
  demand(): void
}

/** Bytes of the answer that evidence shows before the first wrong one, and after it. */
const BEFORE = 32
const AFTER = 96
/** How long we look on after a wrong byte, to show what belongs to it. Shows more, decides nothing. */
const SETTLE_MS = 30

/** Reads exactly these bytes, however they are cut; else throws what came instead. */
export async function expectBytes(from: Incoming, bytes: Bytes): Promise<void> {
  const expected = toBuffer(bytes)
  let offset = 0
  while (offset < expected.length) {
    const chunk = from.inbox.take(expected.length - offset)
    if (chunk.length > 0) {
      const same = commonPrefix(expected.subarray(offset), chunk)
      if (same < chunk.length) {
        from.inbox.putBack(chunk.subarray(same))
        throw await wrongByte(from, expected, offset + same)
      }
      offset += same
      continue
    }
    const outcome = await more(from)
    if (outcome !== 'changed') throw await tooShort(from, expected, offset, outcome)
  }
}

/** Reads one of these answers, as soon as it is clear which it must be; where it is none, the last of them is told as what should have come. */
export async function expectOneOf(from: Incoming, answers: readonly [Bytes, ...Bytes[]]): Promise<number> {
  const all = answers.map(toBuffer)
  const longest = Math.max(...all.map((answer) => answer.length))
  for (;;) {
    const came = from.inbox.peek(longest)
    const fitting = all.filter(
      (answer) => commonPrefix(answer, came) === Math.min(answer.length, came.length),
    )
    const answer = fitting.length > 1 ? undefined : (fitting[0] ?? all.at(-1))
    if (answer) {
      await expectBytes(from, answer)
      return all.indexOf(answer)
    }
    const outcome = await more(from)
    if (outcome !== 'changed') throw await tooShort(from, all[0] ?? came, 0, outcome)
  }
}

/** Reads a line; throws where the stream ends or falls silent before its `\n`. */
export async function readLine(from: Incoming): Promise<string> {
  for (;;) {
    const line = from.inbox.takeThrough(0x0a)
    if (line) return line.subarray(0, -1).toString()
    const outcome = await more(from)
    if (outcome === 'changed') continue
    const begun = from.inbox.peek(200)
    const but =
      begun.length > 0
        ? `${from.gave} ${quote(begun)} with no line feed (LF) behind it and then ${then(from, outcome)}`
        : first(from, outcome)
    throw await failed(from, codeOf(outcome), {
      should: `${from.give} a line`,
      but,
      actual: begun,
    })
  }
}

/** The stream's FIN comes next; else throws. */
export async function expectFin(from: Incoming): Promise<void> {
  for (;;) {
    if (from.inbox.length > 0) throw await extraBytes(from, `${from.finish} here`)
    if (from.inbox.ending?.kind === 'fin') return
    const outcome = await more(from)
    if (outcome === 'changed') continue
    if (typeof outcome === 'object') {
      throw await failed(from, 'reset', { should: from.finish, but: then(from, outcome) })
    }
    throw await failed(from, 'not-ended', {
      should: from.finish,
      but: `kept it open; nothing came for ${from.scenario.waited(outcome)}`,
    })
  }
}

/** Bytes came where none should: they are the evidence. */
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

async function wrongByte(from: Incoming, expected: Buffer, offset: number): Promise<CheckFailure> {
  await settle(from, expected.length - offset)
  const window = Math.max(0, offset - BEFORE)
  const came = from.inbox.peek(expected.length - offset + AFTER)
  const rest = expected.subarray(offset)
  const whole = Buffer.concat([expected.subarray(0, offset), came])
  const sender = foreignSender(from, whole, offset)
  const nearMiss = sender ? 'foreign' : nearMissOf(expected, offset, came)
  const but = sender
    ? `at byte ${offset} it ${from.gave} ${quote(came.subarray(0, 24))}, which ${sender} had sent`
    : difference(from, expected, whole, offset)
  return failed(from, sender ? 'foreign-bytes' : 'wrong-bytes', {
    should: `${from.give} ${describe(expected)}`,
    but,
    expected: Buffer.concat([expected.subarray(window, offset), rest.subarray(0, AFTER)]),
    actual: Buffer.concat([expected.subarray(window, offset), came.subarray(0, AFTER)]),
    window,
    offset,
    ...(nearMiss && { nearMiss }),
  })
}

/** "sent X: byte 3 was a instead of b"; of long answers the line in which that byte stands, where they are text. */
function difference(from: Incoming, expected: Buffer, came: Buffer, offset: number): string {
  const text = isText(expected) && isText(came)
  const name = text ? nameByte : hex
  const byte = `byte ${offset.toLocaleString('en-US')} was ${name(came[offset] ?? 0)} instead of ${name(expected[offset] ?? 0)}`
  const short = expected.length <= 60 && came.length <= 60
  if (short) return `${from.gave} ${text ? quote(came) : show(came, 120)}${offset > 0 ? `: ${byte}` : ''}`
  if (!text) return byte
  return `${byte}: ${quote(lineAt(came, offset), 40)} instead of ${quote(lineAt(expected, offset), 40)}`
}

/** Who else sent what came here: the wrong byte may stand in the middle of it, where both clients sent alike. */
function foreignSender(from: Incoming, came: Buffer, offset: number): string | undefined {
  const windows = [came.subarray(offset, offset + 8), came.subarray(Math.max(0, offset - 2), offset + 4)]
  return windows
    .map((window) => from.scenario.senderOf(window, from.peer))
    .find((sender) => sender !== undefined)
}

async function tooShort(
  from: Incoming,
  expected: Buffer,
  offset: number,
  outcome: Failing,
): Promise<CheckFailure> {
  const window = Math.max(0, offset - BEFORE)
  const part = `${from.gave} only ${offset.toLocaleString('en-US')} of them`
  return failed(from, codeOf(outcome), {
    should: `${from.give} ${describe(expected)}`,
    but: offset === 0 ? first(from, outcome) : `${part} ${thenOrBy(from, outcome)}`,
    ...(offset > 0 && { part }),
    expected: expected.subarray(window, offset + AFTER),
    actual: expected.subarray(window, offset),
    window,
    offset,
    ...(offset > 0 && {
      nearMiss: isBlank(expected.subarray(offset)) ? ('trimmed' as const) : ('prefix' as const),
    }),
  })
}

/** White space and nothing else, as trim() takes it away. */
function isBlank(bytes: Buffer): boolean {
  return bytes.length <= 2 && bytes.every((byte) => byte === 0x0a || byte === 0x0d || byte === 0x20)
}

type Failing = 'still' | 'late' | Ending
type Outcome = 'changed' | Failing

/** Waits for more of the stream; an end that is already known comes back at once. */
async function more(from: Incoming): Promise<Outcome> {
  if (from.inbox.ending) return from.inbox.ending
  from.demand()
  const outcome = await from.scenario.patiently(from.inbox.change())
  if (outcome !== 'changed') return outcome
  const ending = endingOf(from.inbox)
  return from.inbox.length === 0 && ending?.kind === 'reset' ? ending : 'changed'
}

/** Read anew: it may have come during a wait. */
function endingOf(inbox: Inbox): Ending | undefined {
  return inbox.ending
}

/** The same where nothing came at all before. */
function first(from: Incoming, outcome: Failing): string {
  const what = then(from, outcome)
  return typeof outcome === 'string' ? `${from.gave} ${what}` : `${what} instead`
}

/** "ended the connection (FIN)": what it did instead of sending more. */
function then(from: Incoming, outcome: Failing): string {
  if (outcome === 'still' || outcome === 'late') return `nothing for ${from.scenario.waited(outcome)}`
  return outcome.kind === 'fin' ? 'ended the connection (FIN)' : 'reset the connection (RST)'
}

/** The same behind a count. One that was still at it when the time was up has not stopped: it is slow. */
function thenOrBy(from: Incoming, outcome: Failing): string {
  return outcome === 'late' ? `within ${from.scenario.waited(outcome)}` : `and then ${then(from, outcome)}`
}

function codeOf(outcome: Failing): FailureCode {
  if (typeof outcome === 'string') return 'silent'
  return outcome.kind === 'fin' ? 'ended' : 'reset'
}

/** Looks on until as much has come as was expected, or nothing comes for a moment. */
async function settle(from: Incoming, length: number): Promise<void> {
  from.demand()
  while (from.inbox.length < length && !from.inbox.ending) {
    const before = from.inbox.length
    await delay(SETTLE_MS)
    if (from.inbox.length === before) return
  }
}

function failed(
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

/** How many bytes at the start of both are the same. Compares blocks first: answers may be long. */
function commonPrefix(a: Buffer, b: Buffer): number {
  const length = Math.min(a.length, b.length)
  if (a.subarray(0, length).equals(b.subarray(0, length))) return length
  let i = 0
  while (a[i] === b[i]) i += 1
  return i
}
