import { mkdirSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { type Exercise, listExercises, readHeading } from '../course/course.ts'
import { isUntouched } from '../course/stub.ts'
import { UsageError, usage } from '../errors/usage.ts'
import { Judge } from '../judge/asks/judge.ts'
import { toTarget } from '../judge/asks/target.ts'
import type { Outcome, Verdict } from '../judge/verdict.ts'
import { certificatePage } from '../pages/certificate.ts'
import { show } from '../pages/last-check.ts'
import { readProgress, recordVerdict } from '../progress/progress.ts'
import { cut, mark, type View, viewOf, wrap } from '../terminal/view.ts'
import { stopOnSignals } from './check.ts'

export interface CertificateOptions {
  /** The name on the certificate; without one there is a line to write it on. */
  name?: string
  open?: boolean
}

const OK = 0
const NOT_YET = 1
const NOT_JUDGED = 3
/** The longest name that fits on its line. */
const LONGEST_NAME = 60

/** The part of a judge that is needed here. */
type JudgeOfOne = Pick<Judge, 'judge' | 'stop'>

/** The result of one exercise, as far as the certificate is concerned. */
interface Looked {
  exercise: Exercise
  outcome: Outcome
  /** Why it is not a pass. */
  why: string
  verdict?: Verdict
}

/**
 * `npm run certificate`: checks everything again, and writes the certificate if everything passes.
 */
export async function certificate(
  root: string,
  options: CertificateOptions,
  judgeFor: (root: string) => JudgeOfOne = (folder) => new Judge(folder),
): Promise<number> {
  const name = nameOn(options.name)
  const view = viewOf(process.stdout, process.env)
  const exercises = listExercises(root)
  if (exercises.length === 0) throw usage('There are no exercises here.')
  console.log(wrap(`Checking all ${exercises.length} exercises again.`, view.width))
  const looked = await lookAt(root, exercises, judgeFor(root), view)
  const open = looked.filter(({ outcome }) => outcome !== 'pass')
  if (open.length > 0) {
    console.log(`\n${renderOpen(open, view)}`)
    return open.some(({ outcome }) => outcome === 'fail') ? NOT_YET : NOT_JUDGED
  }
  const verdicts = looked.flatMap(({ verdict }) => verdict ?? [])
  const path = writeCertificate(root, verdicts, { ...(name !== undefined && { name }) })
  console.log(
    `\n${wrap('You have finished the course: every exercise passes. Your certificate:', view.width)}`,
  )
  console.log(`  ${relative(root, path)}`)
  if (options.open) await show(path)
  else
    console.log(
      `\n${wrap('npm run certificate -- --open shows it in your browser, which can print it.', view.width)}`,
    )
  return OK
}

/**
 * Writes the certificate and returns its path. `verdicts` are those of a check of everything, made
 * just now: remembered results prove nothing.
 */
export function writeCertificate(
  root: string,
  verdicts: readonly Verdict[],
  { name, now = new Date() }: { name?: string; now?: Date } = {},
): string {
  const exercises = listExercises(root)
  const passed = new Set(verdicts.filter(({ verdict }) => verdict === 'pass').map(({ exercise }) => exercise))
  const open = exercises.filter(({ name }) => !passed.has(name)).map(({ name }) => name)
  if (open.length > 0 || exercises.length === 0) {
    throw usage(`There is no certificate yet: ${open.join(', ') || 'any exercise'} did not pass.`)
  }
  const rows = exercises.map((exercise) => ({
    ...readHeading(exercise),
    progress: readProgress(root, exercise.name),
  }))
  const page = certificatePage(rows, {
    date: dayText(now, 'long'),
    dateOf: (iso) => dayText(new Date(iso), 'medium'),
    ...(name !== undefined && { name }),
  })
  const path = join(root, '.workshop', 'certificate.html')
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, page)
  return path
}

/** Checks one exercise after the other, and prints a line for each. */
async function lookAt(
  root: string,
  exercises: readonly Exercise[],
  judge: JudgeOfOne,
  view: View,
): Promise<Looked[]> {
  stopOnSignals(judge)
  const looked: Looked[] = []
  try {
    for (const exercise of exercises) {
      const result = await lookAtOne(root, judge, exercise)
      looked.push(result)
      const count = `${looked.length}/${exercises.length}`.padStart(`${exercises.length}`.length * 2 + 1)
      console.log(`${count} ${mark(view, result.outcome)} ${cut(exercise.name, view.width - 14, view)}`)
    }
  } finally {
    await judge.stop()
  }
  return looked
}

async function lookAtOne(root: string, judge: JudgeOfOne, exercise: Exercise): Promise<Looked> {
  // A stub passes no test: that is proved elsewhere, so there is no need to run it.
  if (isUntouched(exercise)) return { exercise, outcome: 'fail', why: 'is still the stub' }
  try {
    const verdict = await judge.judge(toTarget(root, exercise).job)
    // A repeated pass is not a new attempt; a new result is, and is recorded for hint and wire.
    const known = verdict.verdict === 'pass' && readProgress(root, exercise.name).verdict === 'pass'
    if (!known) recordVerdict(root, verdict)
    return { exercise, outcome: verdict.verdict, why: whyOpen(exercise, verdict), verdict }
  } catch (error) {
    if (error instanceof UsageError) return { exercise, outcome: 'fail', why: `has no ${exercise.file}` }
    throw error
  }
}

function whyOpen({ subject }: Exercise, { tests, verdict, message, compileError }: Verdict): string {
  if (compileError) return 'does not compile'
  if (verdict !== 'fail') return `could not be judged: ${message ?? 'no reason was given'}`
  const failing = tests.find((test) => test.verdict === 'fail')
  return `fails: the ${subject} ${failing?.title ?? ''}`
}

function renderOpen(open: readonly Looked[], view: View): string {
  const rows = open.map(({ exercise, why }) => wrap(`${exercise.name} ${why}`, view.width, '  '))
  const [first] = open
  const words = `There is no certificate yet: ${open.length} ${open.length === 1 ? 'exercise does' : 'exercises do'} not pass now.`
  return [wrap(words, view.width), ...rows, '', 'Next:', `  npm run check ${first?.exercise.number}`].join(
    '\n',
  )
}

/** A name that can be printed on one line; undefined if there is none. */
function nameOn(text: string | undefined): string | undefined {
  const name = text?.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim()
  if (!name) return undefined
  if ([...name].length <= LONGEST_NAME) return name
  throw new UsageError(
    `The name is longer than ${LONGEST_NAME} characters: --name takes one that fits on a line.`,
  )
}

/** `22 November 2025` or `22 Nov 2025`, in the machine's time zone. */
function dayText(date: Date, dateStyle: 'long' | 'medium'): string {
  return date.toLocaleDateString('en-GB', { dateStyle })
}
