import { type Exercise, listExercises, readHeading } from '../course.ts'
import { chooseExercise } from '../current.ts'
import { newSeed, toJob } from '../jobs.ts'
import { Judge } from '../run.ts'
import { recordVerdict } from '../state.ts'
import { findInSubmission } from '../submission.ts'
import { UsageError } from '../usage.ts'
import type { Verdict } from '../verdict.ts'

export interface CheckOptions {
  all?: boolean
  json?: boolean
  plain?: boolean
  seed?: number
  repeat?: number
  run?: string
  submission?: string
}

export async function check(root: string, word: string | undefined, options: CheckOptions): Promise<number> {
  const exercise: Exercise = chooseExercise(root, word)
  console.log(`${exercise.name}: ${readHeading(exercise).title}`)
  const found = findInSubmission(options.submission ?? `${root}/exercises`, exercise)
  if ('missing' in found) throw new UsageError(found.missing)
  const judge = new Judge(root)
  const program = options.run ? { kind: 'command' as const, command: options.run } : found.program
  const verdict: Verdict = await judge.judge(
    toJob(root, exercise, program, options.seed ?? newSeed()),
    (test) => {
      console.log(
        `  ${test.verdict === 'pass' ? 'ok  ' : 'FAIL'} ${test.title} (${test.ms} ms)${test.message ? `\n       ${test.message}` : ''}`,
      )
    },
  )
  await judge.stop()
  recordVerdict(root, verdict)
  console.log(verdict.verdict, verdict.message ?? '')
  void listExercises
  return verdict.verdict === 'pass' ? 0 : verdict.verdict === 'fail' ? 1 : 3
}
