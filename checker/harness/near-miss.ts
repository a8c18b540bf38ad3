import type { NearMiss } from './failure.ts'

const REPLACEMENT = Buffer.from('\uFFFD')
/** Fewer bytes may be the same by chance. */
const TELLING_BYTES = 4
/** The same for a long answer, in which much may look alike. */
const SKIPPED_TO = 32

/**
 * Recognises the common ways of being almost right. `came` is what arrived from the first wrong
 * byte on, `offset` where in `expected` that was.
 */
export function nearMissOf(expected: Buffer, offset: number, came: Buffer): NearMiss | undefined {
  const rest = expected.subarray(offset)
  if (came.subarray(0, 3).equals(REPLACEMENT)) return 'replacement'
  // The first wrong byte may be inside the three: EF also starts other characters.
  const before = Buffer.concat([expected.subarray(Math.max(0, offset - 2), offset), came.subarray(0, 3)])
  if (before.includes(REPLACEMENT) && !rest.subarray(0, 3).includes(REPLACEMENT)) return 'replacement'
  if (sameWithout(expected.subarray(0, offset), rest, came, /\r\n/g, '\n')) return 'crlf'
  if (came.subarray(0, rest.length).equals(rest.subarray(1, 1 + came.length)) && isSpace(rest[0]))
    return 'trimmed'
  const behind = came.subarray(1)
  if (
    came[0] === 0x0a &&
    behind.length > 0 &&
    behind.subarray(0, 8).equals(rest.subarray(0, Math.min(8, came.length - 1)))
  )
    return 'added-newline'
  const start = expected.subarray(0, Math.min(offset, came.length))
  if (start.length >= TELLING_BYTES && came.subarray(0, start.length).equals(start)) return 'doubled'
  if (isFurtherOn(rest, came)) return 'skipped'
  return undefined
}

/** True if what came should have come later: what lies between is missing. */
function isFurtherOn(rest: Buffer, came: Buffer): boolean {
  return came.length >= SKIPPED_TO && rest.indexOf(came.subarray(0, SKIPPED_TO), 1) > 0
}

function sameWithout(head: Buffer, rest: Buffer, came: Buffer, what: RegExp, by: string): boolean {
  const clean = (bytes: Buffer) => bytes.toString('latin1').replace(what, by)
  const wanted = clean(Buffer.concat([head, rest]))
  const got = clean(Buffer.concat([head, came]))
  return got.length > head.length && wanted.startsWith(got.slice(0, wanted.length))
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x0a || byte === 0x0d || byte === 0x20
}
