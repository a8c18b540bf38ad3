import { delay } from '../program/delay.ts'
import type { Ending, Inbox } from './inbox.ts'
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

/** Why no more comes: nothing came for a while, or the stream ended. */
export type Stop = 'still' | 'late' | Ending
type Arrival = 'changed' | Stop

/**
 * How long we look on after a wrong byte, to show what belongs to it. Only affects what is shown.
 */
export const SETTLE_MS = 30

/** Waits for more of the stream; an end that is already known comes back at once. */
export async function more(from: Incoming): Promise<Arrival> {
  if (from.inbox.ending) return from.inbox.ending
  from.demand()
  const outcome = await from.scenario.patiently(from.inbox.change())
  if (outcome !== 'changed') return outcome
  const ending = endingOf(from.inbox)
  return from.inbox.length === 0 && ending?.kind === 'reset' ? ending : 'changed'
}

/** Read again, as it may have come during a wait. */
function endingOf(inbox: Inbox): Ending | undefined {
  return inbox.ending
}

/** Looks on until as much has come as was expected, or nothing comes for a moment. */
export async function settle(from: Incoming, length: number): Promise<void> {
  from.demand()
  while (from.inbox.length < length && !from.inbox.ending) {
    const before = from.inbox.length
    await delay(SETTLE_MS)
    if (from.inbox.length === before) return
  }
}
