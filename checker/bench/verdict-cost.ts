import { readFileSync } from 'node:fs'
import type { Exercise } from '../course/course.ts'
import { gradeOne } from '../grade/grade-one.ts'
import type { OpenMachine } from '../grade/open-machine.ts'
import { cpuMsEver, familyOf } from '../program/processes.ts'
import { mistakesOf, programOf, referenceOf } from '../verify/mistakes.ts'

/** What a verdict costs, in CPU milliseconds of all processes together. */
export interface VerdictCost {
  pass: number
  /**
   * The mean of some mistakes. Excludes the first fail of a run, which has the solution judged as
   * well.
   */
  fail: number
}

/** How many mistakes of an exercise are measured, spread over the list. */
const MISTAKES = 3

/**
 * Grades the reference and some mistakes of an exercise on a machine with one judge. Undefined if
 * nothing could be measured.
 */
export async function verdictCost(
  machine: OpenMachine,
  exercise: Exercise,
): Promise<VerdictCost | undefined> {
  const { root } = machine
  const mistakes = mistakesOf(root, exercise)
  const step = Math.max(1, Math.floor(mistakes.length / MISTAKES))
  const wrong = mistakes.filter((_, i) => i % step === 0).slice(0, MISTAKES)
  const [first] = wrong
  if (!first) return undefined
  await costOf(machine, exercise, programOf(root, exercise, first))
  const pass = await costOf(machine, exercise, readFileSync(referenceOf(root, exercise), 'utf8'))
  const fails: number[] = []
  for (const mistake of wrong) {
    const cost = await costOf(machine, exercise, programOf(root, exercise, mistake))
    if (cost !== undefined) fails.push(cost)
  }
  if (pass === undefined || fails.length === 0) return undefined
  return { pass, fail: fails.reduce((sum, cost) => sum + cost, 0) / fails.length }
}

/** Undefined if the judge was replaced meanwhile, as what it had used is then lost. */
async function costOf(machine: OpenMachine, exercise: Exercise, text: string): Promise<number | undefined> {
  const bytes = Buffer.from(text).toString('base64')
  const job = { version: 1, learner: '', exercise: exercise.name, bytes, extraTests: {}, hash: '' } as const
  const before = cpuMsEver(familyOf(process.pid))
  await gradeOne(job, machine)
  const cost = cpuMsEver(familyOf(process.pid)) - before
  return cost > 0 ? cost : undefined
}
