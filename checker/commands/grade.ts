import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import { listExercises } from '../course/course.ts'
import { diskProblem, reasonOf } from '../errors/refusal.ts'
import { UsageError } from '../errors/usage.ts'
import { typedPath } from '../files/typed-path.ts'
import { gradeMissing, withErrors } from '../grade/grade-missing.ts'
import { type Graders, openLocal, openQueue } from '../grade/graders.ts'
import { findCohort } from '../grade/intake/intake.ts'
import { readPack } from '../grade/intake/pack.ts'
import { readRoster } from '../grade/intake/roster.ts'
import { selectExercises } from '../grade/intake/selection.ts'
import { type Answers, agreeTo, terminalAsk } from '../grade/outputs/agree.ts'
import { readPolicy } from '../grade/outputs/policy.ts'
import { publish } from '../grade/outputs/publish.ts'
import { editionsOf, jobsOf } from '../grade/plan.ts'
import { announce } from '../grade/progress.ts'
import { readAttempts } from '../grade/read-attempts.ts'
import { sayUnplaced } from '../grade/say-unplaced.ts'
import {
  addRun,
  keptRoster,
  type Ledger,
  readLedger,
  withSightings,
  writeLedger,
} from '../grade/store/ledger.ts'
import type { Learner } from '../grade/store/record.ts'
import { Store } from '../grade/store/store.ts'
import { defaultJudges } from '../judge/asks/judge-pool.ts'
import { fitted } from '../terminal/fitted.ts'
import { gradeDry } from './grade-dry.ts'

export interface GradeOptions {
  roster?: string
  only?: string
  out?: string
  jobs?: number
  pack?: string
  deadline?: string
  policy?: string
  timezone?: string
  /** The address of a queue: its workers do the grading. */
  queue?: string
  again?: boolean
  /** Only lists what would be graded. */
  dryRun?: boolean
  yes?: boolean
  /** Results that may replace those in the gradebook: see `Answers`. */
  accept?: readonly string[]
  /** False with `--no-sandbox`. */
  sandbox?: boolean
}

const OK = 0
const NOT_REPLACED = 2
const COULD_NOT_JUDGE = 3
const INTERRUPTED = 130
const AS_IT_WAS = 'The gradebook is as it was. The same command grades nothing twice.'

/**
 * `npm run grade -- DIR`: grades a cohort. What has been graded before and has not changed is not
 * run again.
 */
export async function grade(root: string, folder: string, options: GradeOptions): Promise<number> {
  const opened: Graders[] = []
  try {
    return await gradeCohort(root, folder, options, opened)
  } catch (error) {
    for (const graders of opened) graders.stop()
    const why = diskProblem(error)
    if (why === undefined) throw error
    console.error(
      fitted(`${why}. What was graded so far is kept; the same command goes on once that is mended.`),
    )
    return COULD_NOT_JUDGE
  }
}

async function gradeCohort(
  root: string,
  folder: string,
  options: GradeOptions,
  opened: Graders[],
): Promise<number> {
  const out = typedPath(options.out ?? 'gradebook')
  if (out === typedPath(folder))
    throw new UsageError(
      `${folder} holds the submissions. Keep the gradebook in another folder: --out FOLDER`,
    )
  const exercises = selectExercises(root, options.only)
  const policy = readPolicy(
    { ...options, policy: options.policy && typedPath(options.policy) },
    listExercises(root).map(({ name }) => name),
  )
  const packs = readPack(options.pack && typedPath(options.pack), exercises)
  const clones = join(out, 'clones')
  const before = readLedger(out)
  const roster = rosterOf(root, options, before)
  const place = { folder: typedPath(folder), roster, clones, out, course: listExercises(root) }
  const cohort = findCohort(place)
  const { submissions, ignored } = cohort
  if (submissions.length === 0)
    throw new UsageError(`There is nothing to grade in ${folder}: it contains no folder and no zip.`)
  announce(
    `${counted(submissions.length, 'learner')}, ${counted(exercises.length, 'exercise')}: reading what was handed in`,
  )
  if (options.dryRun)
    return gradeDry({ root, out, place, exercises, packs, before }, options, (text) => console.log(text))
  sayUnplaced(ignored)

  const answers = {
    yes: options.yes ?? false,
    ask: terminalAsk(),
    say: console.log,
    ...(options.accept && { accept: options.accept }),
  }
  const from = realpathSync(typedPath(folder))
  if (!(await agreeToFolder(before, from, out, answers))) return NOT_REPLACED
  const store = openStore(out)
  const again = options.again ?? false
  const sandbox = options.sandbox !== false
  const graders =
    options.queue === undefined
      ? await openLocal(root, out, options.jobs ?? defaultJudges, sandbox)
      : await openQueue(root, options.queue, sandbox, again)
  if (typeof graders === 'string') {
    console.error(fitted(graders))
    return COULD_NOT_JUDGE
  }
  opened.push(graders)
  const editions = editionsOf(root, exercises, packs, graders.sandboxed)
  const read = await readAttempts(cohort, exercises, editions, store)
  sayUnplaced(read.remarks)
  const unplaced = [...ignored, ...read.remarks]

  const { attempts, seen } = withSightings(before, read.attempts, new Date())
  // Written now, because a run that is interrupted later has seen them too.
  writeLedger(out, { ...before, seen })
  const jobs = jobsOf(attempts, editions, store, again)
  const missing = new Set(jobs.map(({ hash }) => hash))
  // What a killed run had stored but could no longer report.
  for (const { hash } of attempts) if (hash !== undefined && !missing.has(hash)) graders.kept(hash)
  const files = new Set(attempts.flatMap(({ hash }) => hash ?? [])).size
  const known = files - jobs.length
  if (files > 0)
    announce(`${counted(jobs.length, 'file')} to grade${known > 0 ? `, ${known} graded before` : ''}`)
  const interrupt = new AbortController()
  process.once('SIGINT', () => {
    interrupt.abort()
    graders.stop()
  })
  const errors = await gradeMissing(jobs, graders.grade, graders.width, {
    store,
    again,
    signal: interrupt.signal,
    judges: graders.judges,
    kept: graders.kept,
  })
  await graders.close()
  if (interrupt.signal.aborted) {
    console.error(fitted('\nInterrupted. The same command goes on where this one was.'))
    return INTERRUPTED
  }

  const learners = submissions.map(({ learner }) => learner)
  const run = addRun(before, learners, withErrors(attempts, errors))
  const after = { ...run, folder: from, seen, ...(roster && { roster: true as const }) }
  if (!(await publish(out, before, after, { root, store, policy, unplaced, answers }))) {
    console.error(fitted(AS_IT_WAS))
    return NOT_REPLACED
  }
  console.log(`The gradebook, with all files beside it:\n  ${join(out, 'gradebook.html')}`)
  const unread = attempts.some(({ record }) => record?.verdict === 'error')
  return errors.length > 0 || unread ? COULD_NOT_JUDGE : OK
}

/**
 * The roster given, or else that of the last run, so that names, extensions and URLs are not lost
 * in a run without one.
 */
function rosterOf(root: string, { roster, timezone }: GradeOptions, before: Ledger): Learner[] | undefined {
  if (roster !== undefined) return readRoster(typedPath(roster), { root, zone: timezone })
  const kept = keptRoster(before)
  if (kept)
    console.error(
      fitted(`The roster is that of last time, ${kept.length} learners. --roster FILE names another.`),
    )
  return kept
}

/** If the folder is not last time's, the submissions may be those of another cohort: asks first. */
async function agreeToFolder(
  { folder: last }: Ledger,
  folder: string,
  out: string,
  answers: Answers,
): Promise<boolean> {
  if (last === undefined || last === folder) return true
  const sentence = `The gradebook in ${out} was made of ${last}, and this is ${folder}.`
  if (await agreeTo(`${sentence} Grade it into the same gradebook?`, answers)) return true
  console.error(
    fitted(`${sentence} Name another one with --out FOLDER, or add --yes to go on with this one.`),
  )
  return false
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

function openStore(out: string): Store {
  try {
    return new Store(out)
  } catch (error) {
    const why = reasonOf(error)
    if (why === undefined) throw error
    throw new UsageError(
      `The gradebook cannot be kept in ${out}: ${why}. Name a folder that you may write to: --out FOLDER`,
    )
  }
}
