import { newSeed } from '../judge/asks/jobs.ts'
import type { JudgeSlot } from '../judge/asks/judge-slot.ts'
import type { Job } from '../judge/job.ts'
import type { Proof } from './proof.ts'

/** How often a mistake that surprised is judged again, with new seeds. */
const MORE_RUNS = 2
/** Of how many mistakes one may be unsteady without failing verify. */
const MISTAKES_PER_UNSTEADY = 250

/**
 * Whether a surprise is more than chance. A right program and a stub must never surprise, so one
 * run is enough. A mistake is judged again: if it never surprises a second time it is unsteady, a
 * defect of its own or of its test that shows up once in many runs, and not a wrong verdict of this
 * change.
 */
export async function isCertain(judge: JudgeSlot, job: Job, proof: Proof): Promise<boolean> {
  if (proof.kind !== 'mistake') return true
  for (let run = 0; run < MORE_RUNS; run += 1)
    if (proof.judge(await judge.judge({ ...job, seed: newSeed() }))) return true
  return false
}

/**
 * How many unsteady mistakes leave verify green: none in an exercise or two, where whoever wrote
 * them can mend them; a few in the whole course, whose 1,500 programs are started by every change.
 */
export function unsteadyAllowed(mistakes: number): number {
  return Math.floor(mistakes / MISTAKES_PER_UNSTEADY)
}
