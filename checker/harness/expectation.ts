import { type Bytes, countBytes, quote, toBuffer } from '../program/bytes.ts'
import { type Incoming, more } from './incoming.ts'
import { afterCount, codeOf, insteadOfAll, insteadOfMore } from './instead.ts'
import { extraBytes, failed, type Place, tooShort, wrongByte } from './mismatch.ts'

/**
 * Reads exactly these bytes, however they are cut; otherwise throws what came instead. Only one
 * part of an iterable is held at a time.
 */
export async function expectBytes(from: Incoming, bytes: Bytes | Iterable<Uint8Array>): Promise<void> {
  if (typeof bytes === 'string' || bytes instanceof Uint8Array) return expectPart(from, toBuffer(bytes))
  const parts = bytes[Symbol.iterator]()
  let before = 0
  for (let next = parts.next(); !next.done; next = parts.next()) {
    const expected = toBuffer(next.value)
    await expectPart(from, expected, { before, after: () => lengthOfRest(parts) })
    before += expected.length
  }
}

function lengthOfRest(parts: Iterator<Uint8Array>): number {
  let length = 0
  for (let next = parts.next(); !next.done; next = parts.next()) length += next.value.length
  return length
}

async function expectPart(from: Incoming, expected: Buffer, place?: Place): Promise<void> {
  let offset = 0
  while (offset < expected.length) {
    const chunk = from.inbox.take(expected.length - offset)
    if (chunk.length > 0) {
      const same = commonPrefix(expected.subarray(offset), chunk)
      if (same < chunk.length) {
        from.inbox.putBack(chunk.subarray(same))
        throw await wrongByte(from, expected, offset + same, place)
      }
      offset += same
      from.scenario.moved()
      continue
    }
    const outcome = await more(from)
    // What arrived in the last moment counts.
    if (outcome !== 'changed' && from.inbox.length === 0)
      throw await tooShort(from, expected, offset, outcome, place)
  }
}

/**
 * Reads one of these answers, as soon as it is clear which it must be. If none of them came, the
 * failure names the last as the expected one.
 */
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

/** Reads a line; throws if the stream ends or falls silent before its `\n`. */
export async function readLine(from: Incoming): Promise<string> {
  for (;;) {
    const line = from.inbox.takeThrough(0x0a)
    if (line) return line.subarray(0, -1).toString()
    const outcome = await more(from)
    if (outcome === 'changed') continue
    const begun = from.inbox.peek(200)
    const but =
      begun.length > 0
        ? `${from.gave} ${quote(begun)} with no line feed (LF) after it and then ${insteadOfMore(from, outcome)}`
        : insteadOfAll(from, outcome)
    throw await failed(from, codeOf(outcome), {
      should: `${from.give} a line`,
      but,
      actual: begun,
      ...(begun.length > 0 && codeOf(outcome) !== 'reset' && { nearMiss: 'unfinished-line' as const }),
    })
  }
}

/** Reads the next bytes, as many as asked for; throws if fewer come. */
export async function readBytes(from: Incoming, count: number, what = countBytes(count)): Promise<Buffer> {
  const parts: Buffer[] = []
  for (let left = count; left > 0; ) {
    const part = from.inbox.take(left)
    if (part.length > 0) {
      parts.push(part)
      left -= part.length
      from.scenario.moved()
      continue
    }
    const outcome = await more(from)
    if (outcome === 'changed') continue
    const actual = Buffer.concat(parts)
    const but =
      actual.length > 0
        ? `${from.gave} ${countBytes(actual.length)} ${afterCount(from, outcome)}`
        : insteadOfAll(from, outcome)
    throw await failed(from, codeOf(outcome), { should: `${from.give} ${what}`, but, actual })
  }
  return Buffer.concat(parts)
}

/** Reads everything up to the FIN; throws if a RST comes instead, or no end at all. */
export async function readToEnd(from: Incoming): Promise<string> {
  const parts: Buffer[] = []
  for (;;) {
    const part = from.inbox.take(from.inbox.length)
    if (part.length > 0) {
      parts.push(part)
      continue
    }
    const outcome = await more(from)
    if (outcome === 'changed') continue
    if (typeof outcome === 'object' && outcome.kind === 'fin') return Buffer.concat(parts).toString()
    const read = Buffer.concat(parts)
    const last =
      read.length > 0 ? ` ${countBytes(read.length)}, the last of them ${quote(read.subarray(-24))}` : ''
    const but =
      outcome === 'late'
        ? `${from.gave}${last || ' nothing'}, and did not end within ${from.scenario.waited(outcome)}`
        : read.length > 0
          ? `${from.gave}${last} and then ${insteadOfMore(from, outcome)}`
          : insteadOfAll(from, outcome)
    throw await failed(from, codeOf(outcome) === 'reset' ? 'reset' : 'not-ended', {
      should: from.finish,
      but,
    })
  }
}

/** The stream's FIN comes next; otherwise throws. */
export async function expectFin(from: Incoming): Promise<void> {
  for (;;) {
    if (from.inbox.length > 0) throw await extraBytes(from, `${from.finish} here`)
    if (from.inbox.ending?.kind === 'fin') return
    const outcome = await more(from)
    if (outcome === 'changed') continue
    if (typeof outcome === 'object') {
      throw await failed(from, 'reset', { should: from.finish, but: insteadOfMore(from, outcome) })
    }
    throw await failed(from, 'not-ended', {
      should: from.finish,
      but: `kept it open; nothing came for ${from.scenario.waited(outcome)}`,
    })
  }
}

/**
 * How many bytes at the start of both are the same. Compares blocks first, as answers may be long.
 */
function commonPrefix(a: Buffer, b: Buffer): number {
  const length = Math.min(a.length, b.length)
  if (a.subarray(0, length).equals(b.subarray(0, length))) return length
  let i = 0
  while (a[i] === b[i]) i += 1
  return i
}
