import { delay } from '../program/delay.ts'
import { IDLE_SHARE, runDelayMs, wakeUps } from '../program/processes.ts'
import type { Program } from '../program/program.ts'

/** What a program does when it should rest. */
export interface Unrest {
  wakeUpsPerSecond: number
  /** Of a core. */
  percent: number
}

const WINDOW_MS = 250
/** A runtime's own housekeeping wakes its process 20 times a second; a timer of 5 ms, 200 times. */
const MAX_WAKE_UPS_PER_S = 100
/**
 * The share of a window for which a busy machine may keep the program from running while the window
 * still shows what it does.
 */
const MAX_DELAY_SHARE = 0.1
/**
 * This many windows in which it ran freely, or this many in all, are enough to know that it will
 * not rest.
 */
const MAX_FREE_WINDOWS = 8
const MAX_WINDOWS = 40

/**
 * Watches the program's processes until they do nothing for a moment: hardly any CPU time used,
 * hardly ever woken up, never kept waiting for a processor. Resolves with what they do instead if
 * they never rest. A right program has nothing to do, however busy the machine is; one that has
 * something to do and is kept from it has not rested.
 */
export async function unrestOf(program: Program): Promise<Unrest | undefined> {
  let unrest: Unrest | undefined
  for (let windows = 0, free = 0; windows < MAX_WINDOWS && free < MAX_FREE_WINDOWS; windows += 1) {
    const before = look(program)
    await delay(WINDOW_MS)
    const after = look(program)
    const ms = after.at - before.at
    const waited = (after.delay - before.delay) / ms
    const share = (after.cpu - before.cpu) / ms
    const perSecond = ((after.wakeUps - before.wakeUps) / ms) * 1000
    if (perSecond <= MAX_WAKE_UPS_PER_S && share <= IDLE_SHARE && waited <= MAX_DELAY_SHARE) return undefined
    unrest = { wakeUpsPerSecond: Math.round(perSecond), percent: Math.round(share * 100) }
    if (program.exit) break
    if (waited <= MAX_DELAY_SHARE) free += 1
  }
  return unrest
}

function look(program: Program) {
  const pids = program.family(0)
  return {
    at: performance.now(),
    cpu: program.activity(true).cpu,
    wakeUps: wakeUps(pids),
    delay: Math.max(0, ...pids.map(runDelayMs)),
  }
}
