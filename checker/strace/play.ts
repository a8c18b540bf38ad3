import { delay } from '../program/delay.ts'
import type { Program } from '../program/program.ts'
import type { ScriptStep } from './script.ts'
import type { Stage } from './stage.ts'

/**
 * How long nothing has to happen before the next step is played: longer than any server of the
 * course takes to react.
 */
const QUIET_MS = 120
/** How long to wait for that; and how long from then on, if the program never comes to rest. */
const STEP_MS = 3000
const RESTLESS_MS = 300
/** How long clients that have ended wait for the program to end their connections. */
const LAST_MS = 2000
const LOOK_MS = 10

/**
 * Plays the steps one by one, each once the effects of the one before are over. `seen` changes
 * whenever either side has done something. These waits only affect the order in which a reader sees
 * things.
 */
export async function play(
  script: readonly ScriptStep[],
  program: Program,
  stage: Stage,
  seen: () => string,
): Promise<void> {
  let patience = STEP_MS
  for (const step of script) {
    if (program.exit) return
    await stage.play(step)
    if (!(await quiet(program, seen, patience))) patience = RESTLESS_MS
  }
  const start = performance.now()
  while (!stage.isOver && !program.exit && performance.now() - start < LAST_MS) await delay(LOOK_MS)
  await quiet(program, seen, patience)
}

/**
 * Waits until neither side has done anything for a while and the program sleeps; false if that did
 * not happen in time.
 */
async function quiet(program: Program, seen: () => string, mostMs: number): Promise<boolean> {
  const start = performance.now()
  let last = { seen: seen(), at: start }
  while (!program.exit && performance.now() - start < mostMs) {
    const now = seen()
    if (now !== last.seen || !program.activity().asleep) last = { seen: now, at: performance.now() }
    if (performance.now() - last.at > QUIET_MS) return true
    await delay(LOOK_MS)
  }
  return program.exit !== undefined
}
