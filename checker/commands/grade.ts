import { join } from 'node:path'
import { type Exercise, listExercises } from '../course/course.ts'
import { reasonOf } from '../errors/refusal.ts'
import { UsageError } from '../errors/usage.ts'
import { typedPath } from '../files/typed-path.ts'
import { gradeMissing, withErrors } from '../grade/grade-missing.ts'
import { openLocal, openQueue } from '../grade/graders.ts'
import { findCohort, readCohort } from '../grade/intake/intake.ts'
import { readPack } from '../grade/intake/pack.ts'
import { readRoster } from '../grade/intake/roster.ts'
import { selectExercises } from '../grade/intake/selection.ts'
import { readPolicy } from '../grade/outputs/policy.ts'
import { publish } from '../grade/outputs/publish.ts'
import { type Edition, jobsOf, toAttempt } from '../grade/plan.ts'
import { printable } from '../grade/progress.ts'
import { editionOf, hashOfChecker } from '../grade/store/address.ts'
import { type Attempt, addRun, readLedger } from '../grade/store/ledger.ts'
import { Store } from '../grade/store/store.ts'
import { defaultJudges } from '../judge/asks/judge-pool.ts'
import { fitted } from '../terminal/fitted.ts'

export interface GradeOptions {
  roster?: string
  only?: string
  out?: string
  jobs?: number
  pack?: string
  deadline?: string
  policy?: string
  timezone?: string
  /** The address of a queue, whose workers grade. */
  queue?: string
  again?: boolean
  yes?: boolean
  /** False with `--no-sandbox`. */
  sandbox?: boolean
}

const OK = 0
const NOT_REPLACED = 2
const COULD_NOT_JUDGE = 3
const INTERRUPTED = 130

/** `npm run grade -- DIR`: grades a cohort. What was graded before and has not changed is not run again. */
export async function grade(root: string, folder: string, options: GradeOptions): Promise<number> {
  const out = typedPath(options.out ?? 'gradebook')
  const exercises = selectExercises(root, options.only)
  const policy = readPolicy(
    { ...options, policy: options.policy && typedPath(options.policy) },
    listExercises(root).map(({ name }) => name),
  )
  const packs = readPack(options.pack && typedPath(options.pack), exercises)
  const clones = join(out, 'clones')
  const roster =
    options.roster === undefined
      ? undefined
      : readRoster(typedPath(options.roster), { root, zone: options.timezone })
  const cohort = findCohort({ folder: typedPath(folder), roster, clones, course: listExercises(root) })
  const { submissions, ignored } = cohort
  if (submissions.length === 0)
    throw new UsageError(`There is nobody to grade in ${folder}: no folder and no zip.`)
  for (const { name, reason } of ignored) console.error(fitted(`not graded: ${printable(name)}: ${reason}`))

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
  const editions = editionsOf(root, exercises, packs, graders.sandboxed)
  const attempts: Attempt[] = []
  await readCohort(cohort, exercises, {
    file: (learner, exercise, handed) => {
      const edition = editions.get(exercise.name)
      if (edition) attempts.push(toAttempt(learner, edition, handed, store))
    },
    note: ({ id }, text) => console.error(fitted(`${printable(id)}: ${printable(text)}`)),
  })

  const jobs = jobsOf(attempts, editions, store, again)
  const missing = new Set(jobs.map(({ hash }) => hash))
  // What a run that was killed had kept, and could not say so any more.
  for (const { hash } of attempts) if (hash !== undefined && !missing.has(hash)) graders.kept(hash)
  const interrupt = new AbortController()
  process.once('SIGINT', () => {
    interrupt.abort()
    graders.stop()
  })
  const errors = await gradeMissing(jobs, graders.grade, graders.width, {
    store,
    again,
    signal: interrupt.signal,
    kept: graders.kept,
  })
  await graders.close()
  if (interrupt.signal.aborted) {
    console.error(fitted('\nInterrupted. The same command goes on where this one was.'))
    return INTERRUPTED
  }

  const before = readLedger(out)
  const after = addRun(
    before,
    submissions.map(({ learner }) => learner),
    withErrors(attempts, errors),
  )
  if (!(await publish(out, before, after, { root, store, policy, yes: options.yes ?? false }))) {
    console.error(
      fitted('The gradebook is as it was. The same command with --yes replaces it; nothing is graded twice.'),
    )
    return NOT_REPLACED
  }
  console.log(`The gradebook, with all files beside it:\n  ${join(out, 'gradebook.html')}`)
  const unread = attempts.some(({ record }) => record?.verdict === 'error')
  return errors.length > 0 || unread ? COULD_NOT_JUDGE : OK
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

function editionsOf(
  root: string,
  exercises: readonly Exercise[],
  packs: ReturnType<typeof readPack>,
  sandboxed: boolean,
): Map<string, Edition> {
  const checker = hashOfChecker(join(root, 'checker', 'dist'))
  return new Map(
    exercises.map((exercise) => {
      const extraTests = packs.get(exercise.name) ?? {}
      const edition = editionOf(exercise, extraTests, checker, sandboxed)
      return [exercise.name, { exercise, edition, extraTests, sandboxed }]
    }),
  )
}
