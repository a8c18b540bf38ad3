import { quote } from '../program/bytes.ts'
import { expectBytes } from './expectation.ts'
import type { Incoming } from './incoming.ts'
import type { Moment } from './moment.ts'

/** What a deadline counts from. */
export interface Since extends Moment {
  /** "alice's last byte". */
  what: string
}

/**
 * How much sooner a right timer may seem to run out: the kernel's coarse clock ticks each 10 ms at
 * the slowest, and event loops round to a ms.
 */
export const COARSE_MS = 12
/**
 * How much later than its deadline a program may act: not every server looks at its clients all the
 * time.
 */
const LATE_MS = 1000

/**
 * This line comes next, `ms` after `since`: never sooner, since we look at the clock before the
 * program can, and a busy machine makes things late only. Later by LATE_MS at most, unless the
 * machine kept us or the program from running: one that rests then, and has sent nothing, will not.
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
