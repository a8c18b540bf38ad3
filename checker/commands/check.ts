import { resolve } from 'node:path'
import { type Exercise, listExercises, readHeading } from '../course.ts'
import { chooseExercise } from '../current.ts'
import type { Job } from '../job.ts'
import { newSeed, toJob } from '../jobs.ts'
import { type About, renderTest, renderVerdict } from '../report/report.ts'
import type { LearnersFile } from '../report/source.ts'
import { renderTally } from '../report/tally.ts'
import { renderTypeErrors } from '../report/types.ts'
import { mark, type View, viewOf, wrap } from '../report/view.ts'
import { Judge } from '../run.ts'
import { recordVerdict } from '../state.ts'
import { findInSubmission, shownPath } from '../submission.ts'
import { typeErrorsOf } from '../typecheck.ts'
import { UsageError } from '../usage.ts'
import type { Outcome, Verdict } from '../verdict.ts'

export interface CheckOptions {
  all?: boolean
  json?: boolean
  plain?: boolean
  seed?: number
  repeat?: number
  run?: string
  submission?: string
}

const EXIT_CODES: Record<Outcome, number> = { pass: 0, fail: 1, error: 3, skipped: 3 }
const INTERRUPTED = 130

/** `npm run check 03`: runs the hidden tests on a program and says what came of it. */
export async function check(root: string, word: string | undefined, options: CheckOptions): Promise<number> {
  const view = viewOf(process.stdout, process.env, options.plain)
  const exercises = options.all ? listExercises(root) : [chooseExercise(root, word)]
  const targets = exercises.map((exercise) => toTarget(root, exercise, options))
  const judge = new Judge(root)
  stopOnSignals(judge)
  try {
    if (options.repeat !== undefined) return await checkAgain(judge, targets, options.repeat, options, view)
    const verdicts: Verdict[] = []
    for (const target of targets) verdicts.push(await checkOne(root, judge, target, options, view))
    if (options.json) console.log(JSON.stringify(options.all ? verdicts : verdicts[0], null, 2))
    return Math.max(...verdicts.map(({ verdict }) => EXIT_CODES[verdict]))
  } finally {
    await judge.stop()
  }
}

/** What is checked: an exercise and the program that is to pass it. */
interface Target {
  exercise: Exercise
  job: Job
  about: About
}

function toTarget(root: string, exercise: Exercise, options: CheckOptions): Target {
  const subject = exercise.file === 'client.ts' ? 'client' : 'server'
  const seed = options.seed ?? newSeed()
  // npm runs us in the project's folder; what the learner typed is relative to theirs.
  const here = process.env.INIT_CWD ?? process.cwd()
  if (options.run !== undefined) {
    const program = { kind: 'command', command: options.run } as const
    return {
      exercise,
      job: toJob(root, exercise, program, seed, here),
      about: { subject, flags: `--run ${JSON.stringify(options.run)}` },
    }
  }
  const submission =
    options.submission === undefined ? resolve(root, 'exercises') : resolve(here, options.submission)
  const found = findInSubmission(submission, exercise)
  if ('missing' in found) throw new UsageError(`Nothing to check: ${found.missing}.`)
  const about: About = { subject, file: { path: found.file, shown: shownPath(root, found.file) } }
  if (options.submission !== undefined) about.flags = `--submission ${options.submission}`
  return { exercise, job: toJob(root, exercise, found.program, seed), about }
}

async function checkOne(
  root: string,
  judge: Judge,
  target: Target,
  options: CheckOptions,
  view: View,
): Promise<Verdict> {
  const { exercise, job, about } = target
  const say = options.json ? () => {} : (text: string) => console.log(text)
  say(wrap(`${exercise.name}: ${readHeading(exercise).title}`, view.width))
  const verdict = await judge.judge(job, (test) => say(renderTest(test, view)))
  say(`\n${renderVerdict(verdict, about, view)}`)
  // Only the learner's own file counts for their progress, and is theirs to be told about its types.
  if (options.run === undefined && options.submission === undefined) {
    recordVerdict(root, verdict)
    if (!options.json && about.file && !verdict.compileError)
      await sayTypeErrors(root, exercise, about.file, say, view)
  }
  if (options.all) say('')
  return verdict
}

async function sayTypeErrors(
  root: string,
  exercise: Exercise,
  file: LearnersFile,
  say: (text: string) => void,
  view: View,
): Promise<void> {
  const errors = await typeErrorsOf(root, exercise.name, file.path)
  if (errors.length > 0) say(`\n${renderTypeErrors(errors, file, view)}`)
}

/** Checks again and again with new seeds. Verdicts that differ are what the table is for. */
async function checkAgain(
  judge: Judge,
  targets: readonly Target[],
  times: number,
  options: CheckOptions,
  view: View,
): Promise<number> {
  const verdicts: Verdict[] = []
  for (const { exercise, job } of targets) {
    console.log(wrap(`${exercise.name}: ${times} checks`, view.width))
    for (let i = 1; i <= times; i += 1) {
      const seed = options.seed ?? newSeed()
      const verdict = await judge.judge({ ...job, seed })
      verdicts.push(verdict)
      const failing = verdict.tests.find((test) => test.verdict !== 'pass')
      const why = failing ? `  ${failing.title}` : ''
      const row = `${`${i}`.padStart(5)} ${mark(view, verdict.verdict)} ${(verdict.ms / 1000).toFixed(2)} s`
      console.log(`${row}  seed ${seed}${why}`)
    }
  }
  console.log(`\n${renderTally(verdicts, view)}`)
  return Math.max(...verdicts.map(({ verdict }) => EXIT_CODES[verdict]))
}

function stopOnSignals(judge: Judge): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, async () => {
      console.error('\nInterrupted: ending what was started.')
      await judge.stop()
      process.exit(INTERRUPTED)
    })
  }
}
