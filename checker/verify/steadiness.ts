import { newSeed } from '../judge/asks/jobs.ts'
import type { JudgeSlot } from '../judge/asks/judge-slot.ts'
import type { Job } from '../judge/job.ts'
import type { Proof } from './proof.ts'

/** How often a surprising mistake is judged again, with new seeds. */
const MORE_RUNS = 2
/** One in this many mistakes may be unsteady without failing verify. */
const MISTAKES_PER_UNSTEADY = 250

/**
 * Whether a surprise is more than chance. A right program and a stub must never surprise, so one
 * run is enough. A mistake is judged again: if it never surprises a second time, it is unsteady, a
 * defect of the mistake or its test that shows once in many runs, and not a wrong verdict caused by
 * this change.
 */
export async function isCertain(judge: JudgeSlot, job: Job, proof: Proof): Promise<boolean> {
  if (proof.kind !== 'mistake') return true
  for (let run = 0; run < MORE_RUNS; run += 1)
    if (proof.judge(await judge.judge({ ...job, seed: newSeed() }))) return true
  return false
}

/**
 * How many unsteady mistakes leave verify green: none in one or two exercises, whose author can
 * mend them; a few in the whole course, whose 1,500 programs are started for every change.
 */
export function unsteadyAllowed(mistakes: number): number {
  return Math.floor(mistakes / MISTAKES_PER_UNSTEADY)
}
