import { type Bytes, quote } from '../program/bytes.ts'
import { delay } from '../program/delay.ts'
import type { Peer } from './peer.ts'
import { scenario } from './running-check.ts'

/** How an answer changes as time passes. */
export interface Change {
  /** The answer as long as it has not changed. It need not be seen at all. */
  before: Bytes
  /** The answer from then on. */
  after: Bytes
  /**
   * How long the change may take: more than the program was given, as its clock may be a coarse
   * one.
   */
  seconds: number
}

const PAUSE_MS = 150

/**
 * Asks again and again until the answer has changed: for what time alone brings about. A program
 * that a busy machine holds up is asked later, never more strictly: it has had `seconds` at the
 * least, and as many looks as belong to them.
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
