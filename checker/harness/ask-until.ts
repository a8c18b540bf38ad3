import { type Bytes, quote } from '../program/bytes.ts'
import { delay } from '../program/delay.ts'
import type { Peer } from './peer.ts'
import { scenario } from './running-check.ts'

/** How an answer changes as time passes. */
export interface Change {
  /** The answer until it changes. It may never be seen. */
  before: Bytes
  /** The answer from then on. */
  after: Bytes
  /**
   * How long the change may take: longer than the time the program was given, as its clock may be
   * coarse.
   */
  seconds: number
}

const PAUSE_MS = 150

/**
 * Asks again and again until the answer has changed: for what only the passing of time brings
 * about. A program held up by a busy machine is asked later, never more strictly: it always gets at
 * least `seconds`, and the number of looks that fit into them.
 */
export async function askUntil(
  peer: Peer,
  question: Bytes,
  { before, after, seconds }: Change,
): Promise<void> {
  const turns = Math.ceil((seconds * 1000) / PAUSE_MS)
  for (let turn = 1; turn <= turns; turn += 1) {
    await delay(PAUSE_MS)
    await peer.send(question)
    if ((await peer.expectOneOf([before, after])) === 1) return
  }
  throw await scenario().failed({
    code: 'wrong-value',
    peer: peer.name,
    should: `answer ${quote(question)} with ${quote(after)} within ${seconds} s`,
    but: `after ${seconds} s it still answers ${quote(before)}`,
  })
}
