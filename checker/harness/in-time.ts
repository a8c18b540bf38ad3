import { delay } from '../program/delay.ts'
import { COARSE_MS } from './deadline.ts'
import { CheckFailure, HarnessFault } from './failure.ts'
import { DEADLINE_MS } from './patience.ts'
import type { Peer } from './peer.ts'
import { scenario } from './running-check.ts'
import { Untimely } from './untimely.ts'

/**
 * How often a test is played again because a busy machine made us late, and how often if one was
 * late for no visible reason.
 */
const TRIES = 6
const UNEXPLAINED_TRIES = 4
/**
 * How many deadlines of the last length fit into the next try, on top of the usual time of a test.
 */
const ROOM = 10

/**
 * The body of a test whose clients have to be in time. Its argument is how many ms to give the
 * server for its deadlines; if a busy machine made a client late, the whole test is played again
 * with twice as many.
 */
export function inTime(ms: number, body: (ms: number) => Promise<void>): () => Promise<void> {
  return async () => {
    const running = scenario()
    for (let tries = 1, given = ms; ; tries += 1, given *= 2) {
      const undo = running.mark(given)
      try {
        return await body(given)
      } catch (error) {
        if (!(error instanceof Untimely)) throw error
        if (error.failure && tries >= UNEXPLAINED_TRIES) throw error.failure
        if (tries === TRIES)
          throw new HarnessFault('the machine is too busy to tell who is late: the server or the check')
      }
      undo()
      // The next try has deadlines twice as long to wait for.
      running.allow(DEADLINE_MS + ROOM * given)
      running.conversation.restart('the same again: the machine was too busy for the clients to be in time')
    }
  }
}

/**
 * Has a client do one step after another, with a pause of `every` ms before each. `ms` is the
 * shortest time after which the server may give up on her; a step is done when what it sends has
 * been answered, or is known to be read.
 *
 * A failure counts if what came for its client came sooner than `ms` after the *start* of the last
 * step that was done by then: the server has read something since then, so no deadline can have
 * passed. If it came later, a right server may have given up, too. A step that only sends does not
 * notice an end, so the failure may come from a much later step.
 */
export async function inSteps(
  peer: Peer,
  ms: number,
  steps: readonly (() => Promise<unknown>)[],
  { every = 0 }: { every?: number } = {},
): Promise<void> {
  const running = scenario()
  const start = running.moment()
  const done = [{ begun: peer.since, ended: peer.since }]
  try {
    for (const step of steps) {
      await delay(every)
      const begun = performance.now()
      await step()
      done.push({ begun, ended: performance.now() })
    }
  } catch (error) {
    if (!(error instanceof CheckFailure) || error.failure.code === 'exited') throw error
    const arrived = running.conversation.arrivedAt(error.failure.peer)
    if (arrived === undefined) throw error
    const last = done.findLast(({ ended }) => ended <= arrived)
    if (!last || arrived - last.begun < ms - COARSE_MS) throw error
    throw new Untimely(running.starvedSince(start) > ms / 4 ? undefined : error)
  }
}
