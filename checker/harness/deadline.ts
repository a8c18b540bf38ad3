import { quote } from '../program/bytes.ts'
import { expectBytes } from './expectation.ts'
import type { Incoming } from './incoming.ts'
import type { Moment } from './moment.ts'

/** The moment that a deadline counts from. */
export interface Since extends Moment {
  /** "alice's last byte". */
  what: string
}

/**
 * How much earlier a correct timer may seem to fire: the kernel's coarse clock ticks at least every
 * 10 ms, and event loops round to a ms.
 */
export const COARSE_MS = 12
/**
 * How long after its deadline a program may act: some servers look at their clients only now and
 * then.
 */
const LATE_MS = 1000

/**
 * This line comes next, `ms` after `since`. Never sooner: we look at the clock before the program
 * can, and a busy machine only makes things late. At most LATE_MS later, unless the machine kept us
 * or the program from running: a program that rests by then and has sent nothing never will.
 */
export async function expectLineAfter(
  from: Incoming,
  { ms, line, since, arrivedAt }: { ms: number; line: string; since: Since; arrivedAt: () => number },
): Promise<void> {
  const { inbox, scenario } = from
  const late = ms + LATE_MS * scenario.scale
  const should = `${from.give} ${quote(`${line}\n`)} ${ms} ms after ${since.what}`
  from.demand()
  if (inbox.length === 0 && !inbox.ending) await scenario.untilOver(inbox.change(), since, late)
  if (inbox.length === 0 && !inbox.ending) {
    const but = `nothing came within ${(late / 1000).toFixed(1)} s`
    throw await scenario.failed({ code: 'too-late', peer: from.peer, should, but })
  }
  const took = arrivedAt() - since.at
  const isIt = inbox.length > 0 && `${line}\n`.startsWith(inbox.peek(line.length + 1).toString())
  if (isIt && took < ms - COARSE_MS) {
    const but = `it did so after ${Math.round(took)} ms`
    throw await scenario.failed({
      code: 'too-early',
      peer: from.peer,
      should: `wait ${ms} ms after ${since.what} before it sends ${quote(`${line}\n`)}`,
      but,
    })
  }
  await expectBytes(from, `${line}\n`)
}
