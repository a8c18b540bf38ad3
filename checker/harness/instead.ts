import type { FailureCode } from './failure.ts'
import type { Incoming, Stop } from './incoming.ts'

/** What it did instead of sending anything: "sent nothing for 1 s". */
export function insteadOfAll(from: Incoming, outcome: Stop): string {
  const what = insteadOfMore(from, outcome)
  return typeof outcome === 'string' ? `${from.gave} ${what}` : `${what} instead`
}

/** "ended the connection (FIN)": what it did instead of sending more. */
export function insteadOfMore(from: Incoming, outcome: Stop): string {
  if (outcome === 'still' || outcome === 'late') return `nothing for ${from.scenario.waited(outcome)}`
  return outcome.kind === 'fin' ? 'ended the connection (FIN)' : 'reset the connection (RST)'
}

/**
 * The same after a count. A program still at it when the time was up has not stopped: it is slow.
 */
export function afterCount(from: Incoming, outcome: Stop): string {
  return outcome === 'late' && from.scenario.isOutOfTime
    ? `within ${from.scenario.waited(outcome)}`
    : `and then ${insteadOfMore(from, outcome)}`
}

/** The same as a code of the verdict. */
export function codeOf(outcome: Stop): FailureCode {
  if (typeof outcome === 'string') return 'silent'
  return outcome.kind === 'fin' ? 'ended' : 'reset'
}
