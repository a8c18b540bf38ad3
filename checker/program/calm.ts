import { delay } from './delay.ts'
import { hasProc } from './proc.ts'
import { IDLE_SHARE } from './processes.ts'
import type { Program } from './program.ts'

/** How often the programs are looked at, and how many looks in a row must find them asleep. */
const LOOK_MS = 10
const CALM_LOOKS = 4

/**
 * Waits until the programs have nothing to do: every thread asleep and hardly any CPU time used for
 * a moment, or all of them gone; `limitMs` at most. If threads cannot be seen, it waits a fixed
 * moment. A fence for what has no event of its own: it orders things, and decides nothing.
 */
export async function untilCalm(programs: () => readonly Program[], limitMs: number): Promise<void> {
  const limit = performance.now() + limitMs
  let calm = 0
  let before = { cpu: Number.NEGATIVE_INFINITY, at: performance.now() }
  while (programs().length > 0 && calm < CALM_LOOKS && performance.now() < limit) {
    await delay(LOOK_MS)
    const looks = programs().map((program) => program.activity(true))
    const now = { cpu: looks.reduce((sum, look) => sum + look.cpu, 0), at: performance.now() }
    const idle = now.cpu - before.cpu <= IDLE_SHARE * (now.at - before.at)
    calm = !hasProc || (idle && looks.every((look) => look.asleep)) ? calm + 1 : 0
    before = now
  }
}
