import { join, relative } from 'node:path'
import { type Exercise, listExercises, readHeading } from '../course/course.ts'
import { isUntouched } from '../course/stub.ts'
import { refusalOf } from '../errors/refusal.ts'
import { UsageError } from '../errors/usage.ts'
import { withScratch } from '../files/scratch.ts'
import { takeFirstJudge } from '../judge/asks/first-judge.ts'
import { newSeed } from '../judge/asks/jobs.ts'
import { Judge } from '../judge/asks/judge.ts'
import { type Target, type TargetOptions, toTarget } from '../judge/asks/target.ts'
import { typeErrorsOf } from '../judge/prepares/typecheck.ts'
import type { Outcome, TestResult, Verdict } from '../judge/verdict.ts'
import { chooseExercise } from '../progress/current.ts'
import { afterPass } from '../progress/next.ts'
import { recordVerdict } from '../progress/progress.ts'
import { renderTest, renderTests, renderVerdict } from '../report/report.ts'
import type { LearnersFile } from '../report/source.ts'
import { renderAll, renderTally } from '../report/tally.ts'
import { renderTypeErrors } from '../report/type-errors.ts'
import { renderUntouched } from '../report/untouched.ts'
import { fitted, fittedRow } from '../terminal/fitted.ts'
import { StatusLine } from '../terminal/status-line.ts'
import { mark, type View, viewOf, wrap } from '../terminal/view.ts'
import { findMistake, programOf, writeProgram } from '../verify/mistakes.ts'

export interface CheckOptions extends TargetOptions {
  all?: boolean
  json?: boolean
  plain?: boolean
  /** Shows every test's line, however small the terminal is. */
  verbose?: boolean
  repeat?: number
  /** A mistake of the exercise to check instead of a program. */
  mistake?: string
}

const EXIT_CODES: Record<Outcome, number> = { pass: 0, fail: 1, error: 3, skipped: 3 }
const INTERRUPTED = 130

/** `npm run check 03`: runs the hidden tests on a program and reports the result. */
export async function check(root: string, word: string | undefined, options: CheckOptions): Promise<number> {
  if (options.all && word !== undefined)
    throw new UsageError(
      `"${word}" and --all ask for different things: npm run check ${word} checks one, npm run check -- --all checks every one.`,
    )
  if (options.mistake !== undefined)
    return checkMistake(root, chooseExercise(root, word), options.mistake, options)
  const exercises = options.all ? listExercises(root) : [chooseExercise(root, word)]
  const targets = exercises.map((exercise) => toTarget(root, exercise, options))
  return checkTargets(root, targets, options)
}

/** `--mistake answers-once`: what a learner who wrote this mistake would see. */
async function checkMistake(
  root: string,
  exercise: Exercise,
  name: string,
  options: CheckOptions,
): Promise<number> {
  const program = programOf(root, exercise, findMistake(root, exercise, name))
  return withScratch(root, '.workshop-mistake-', async (submission) => {
    writeProgram(join(submission, 'exercises', exercise.name), exercise, program)
    const target = toTarget(root, exercise, { ...options, submission })
    const { subject, file } = target.about
    const about = {
      subject,
      ...(file && { file: { path: file.path, shown: relative(submission, file.path) } }),
    }
    return checkTargets(root, [{ ...target, about }], { ...options, submission })
  })
}

async function checkTargets(
  root: string,
  targets: readonly Target[],
  options: CheckOptions,
): Promise<number> {
  const { rows, ...unfolded } = viewOf(process.stdout, process.env, options.plain)
  const view: View = options.verbose || rows === undefined ? unfolded : { ...unfolded, rows }
  const judge = takeFirstJudge() ?? new Judge(root)
  stopOnSignals(judge)
  try {
    if (options.repeat !== undefined) return await checkAgain(judge, targets, options.repeat, options, view)
    const verdicts: Verdict[] = []
    for (const target of targets) verdicts.push(await checkOne(root, judge, target, options, view))
    if (options.all && !options.json) console.log(renderAll(verdicts, view))
    if (options.json) console.log(JSON.stringify(options.all ? verdicts : verdicts[0], null, 2))
    return Math.max(...verdicts.map(({ verdict }) => EXIT_CODES[verdict]))
  } finally {
    await judge.stop()
  }
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
  // Only the learner's own file counts for their progress and has its types checked.
  const isTheirs = options.run === undefined && options.submission === undefined
  const isStub = isTheirs && !options.verbose && isUntouched(exercise)
  const lines: string[] = []
  const status = new StatusLine(view)
  const onTurn = (title: string) => {
    if (view.unicode && !options.json) status.begin(title)
  }
  const onTest = (test: TestResult) => {
    status.clear()
    if (isStub) return
    const line = renderTest(test, view)
    lines.push(...line.split('\n'))
    say(line)
  }
  const verdict = await judge.judge(job, onTest, onTurn)
  status.clear()
  if (isStub && verdict.verdict === 'fail' && about.file) {
    say(`\n${renderUntouched(verdict, about.file.shown, view)}`)
  } else {
    if (isStub) say(renderTests(verdict.tests, view))
    else if (verdict.verdict === 'fail' && !options.json) foldLines(lines.length, verdict, view)
    say(`\n${renderVerdict(verdict, about, view)}`)
  }
  if (isTheirs) {
    const isKept = keepVerdict(root, verdict)
    if (isKept && !options.json && about.file && !verdict.compileError)
      await sayTypeErrors(root, exercise, about.file, say, view)
    if (!options.all && verdict.verdict === 'pass') say(`\n${afterPass(root, exercise)}`)
  }
  if (options.all) say('')
  return verdict
}

/** Records the verdict. It holds even if it cannot be recorded: then the answer is false. */
function keepVerdict(root: string, verdict: Verdict): boolean {
  try {
    recordVerdict(root, verdict)
    return true
  } catch (error) {
    const refusal = refusalOf(error)
    if (refusal === undefined) throw error
    console.error(fitted(`Your progress was not kept: ${refusal}`))
    return false
  }
}

/** Replaces the tests' lines, printed one by one, with folded ones. */
function foldLines(printed: number, { tests }: Verdict, view: View): void {
  if (view.rows === undefined || printed === 0 || process.stdout.columns < view.width) return
  process.stdout.write(`\x1b[${Math.min(printed, view.rows - 1)}A\x1b[J`)
  console.log(renderTests(tests, view))
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

/** Checks again and again with new seeds, and prints a table of the verdicts. */
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
      const sign = mark({ ...view, color: false }, verdict.verdict)
      const row = fittedRow(
        `${i} `.padStart(6),
        `${sign} ${(verdict.ms / 1000).toFixed(2)} s  seed ${seed}${why}`,
      )
      console.log(row.replace(sign, mark(view, verdict.verdict)))
    }
  }
  console.log(`\n${renderTally(verdicts, view)}`)
  return Math.max(...verdicts.map(({ verdict }) => EXIT_CODES[verdict]))
}

/** When we get a signal, ends what a judge has started. */
export function stopOnSignals(judge: Pick<Judge, 'stop'>): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, async () => {
      console.error('\nInterrupted: stopping what was started.')
      await judge.stop()
      process.exit(INTERRUPTED)
    })
  }
}
