import type { Failure } from '../harness/failure.ts'
import type { TestResult } from '../judge/verdict.ts'
import type { WireRow } from './rows.ts'

/**
 * What a learner's client prints is the stream that its tests read: failures call it by this name.
 */
const OWN_OUTPUT = 'client'

/**
 * Marks the row that contains a failure: the wrong byte, the end that came too early, the exit;
 * otherwise the point where the test gave up.
 */
export function markWrong(rows: readonly WireRow[], test: TestResult): void {
  const end = rows.at(-1)
  if (test.verdict === 'pass' || test.verdict === 'skipped' || !end) return
  const place = test.failure ? placeOf(rows, test.failure) : undefined
  if (place) place.row.wrong = place.offset ?? true
  else end.wrong = true
}

interface WrongPlace {
  row: WireRow
  offset?: number
}

function placeOf(rows: readonly WireRow[], failure: Failure): WrongPlace | undefined {
  const last = (kinds: readonly WireRow['kind'][], peer?: string) =>
    rows.findLast((row) => kinds.includes(row.kind) && (peer === undefined || row.peer === peer))
  const whole = (row: WireRow | undefined) => row && { row }
  switch (failure.code) {
    case 'wrong-bytes':
    case 'extra-bytes':
    case 'too-early':
    case 'foreign-bytes':
      return byteOf(rows, failure)
    case 'ended':
      return whole(last(['fin'], failure.peer))
    case 'reset':
      return whole(last(['reset'], failure.peer))
    case 'refused':
      return whole(last(['refused'], failure.peer))
    case 'exited':
    case 'exit-code':
      return whole(last(['exit']))
    case 'stderr':
      return whole(last(['stderr']))
    default:
      return undefined
  }
}

/**
 * The row that contains the byte at the failure's position in its stream, and the offset in that
 * row; undefined if events were left out.
 */
function byteOf(rows: readonly WireRow[], { peer, position }: Failure): WrongPlace | undefined {
  if (position === undefined || rows.some((row) => row.kind === 'note' && /left out/.test(row.text ?? '')))
    return undefined
  const own = peer === OWN_OUTPUT && !rows.some((row) => row.peer === peer)
  const begun = own
    ? -1
    : rows.findLastIndex((row) => (row.kind === 'connect' || row.kind === 'accept') && row.peer === peer)
  let passed = 0
  for (const row of rows.slice(begun + 1)) {
    if (own ? row.kind !== 'stdout' : row.kind !== 'received' || row.peer !== peer) continue
    if (position < passed + row.length) return { row, offset: position - passed }
    passed += row.length
  }
  return undefined
}
