import { join } from 'node:path'
import type { Exercise } from '../course/course.ts'
import { isStub } from '../course/stub.ts'
import type { PackTests } from './intake/pack.ts'
import type { Handed } from './intake/source.ts'
import type { GradeJob } from './job.ts'
import { addressOf, editionOf, hashOfChecker } from './store/address.ts'
import type { Attempt } from './store/ledger.ts'
import { type GradeRecord, type Learner, RECORD_VERSION } from './store/record.ts'
import type { Store } from './store/store.ts'

/** What is known about an exercise before anything is graded. */
export interface Edition {
  exercise: Exercise
  /** See `editionOf`. */
  edition: string
  extraTests: PackTests
  sandboxed: boolean
}

/** What is known about each of these exercises, by name; `packs` are additional tests. */
export function editionsOf(
  root: string,
  exercises: readonly Exercise[],
  packs: ReadonlyMap<string, PackTests>,
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

/**
 * What one learner handed in for one exercise, as an attempt: to be graded, or with the reason why
 * not.
 */
export function toAttempt(
  learner: Learner,
  { exercise, edition, sandboxed }: Edition,
  handed: Handed,
  store: Store,
): Attempt {
  const base = { learner: learner.id, exercise: exercise.name }
  const skip = (reason: string): Attempt => ({ ...base, record: notRun(base, 'skipped', reason, sandboxed) })
  if ('unreadable' in handed) return { ...base, record: notRun(base, 'error', handed.unreadable, sandboxed) }
  if ('refused' in handed) return skip(handed.refused)
  if ('missing' in handed) return skip(`there is no ${exercise.name}/${exercise.file}`)
  if (isStub(exercise, handed.bytes)) return skip(`${exercise.file} is as it came`)
  const { bytes, submittedAt, path, beside } = handed
  const modules = Object.entries(beside ?? {}).map(([name, each]) => [name, store.keepFile(each)] as const)
  const file = store.keepFile(bytes)
  return {
    ...base,
    file,
    hash: addressOf(edition, bytes, modules),
    ...(beside && { beside: Object.fromEntries(modules) }),
    ...(submittedAt !== undefined && { submittedAt }),
    ...(path !== undefined && { path }),
  }
}

/**
 * The jobs that these attempts need: one for each result that does not exist yet, however many
 * learners handed in the file.
 */
export function jobsOf(
  attempts: readonly Attempt[],
  editions: ReadonlyMap<string, Edition>,
  store: Store,
  again: boolean,
): GradeJob[] {
  const open = new Map<string, Attempt>()
  for (const attempt of attempts) {
    if (attempt.hash === undefined || open.has(attempt.hash)) continue
    if (again || store.result(attempt.hash) === undefined) open.set(attempt.hash, attempt)
  }
  return [...open].map(([hash, { learner, exercise, file = '', beside, submittedAt }]) => ({
    version: 1,
    learner,
    exercise,
    // Read only when its turn comes: a cohort's files are many.
    get bytes() {
      return store.file(file).toString('base64')
    },
    get beside() {
      return beside && mapValues(beside, (kept) => store.file(kept).toString('base64'))
    },
    extraTests: editions.get(exercise)?.extraTests ?? {},
    hash,
    ...(submittedAt !== undefined && { submittedAt }),
  }))
}

function mapValues(record: Readonly<Record<string, string>>, change: (value: string) => string) {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]))
}

function notRun(
  base: { learner: string; exercise: string },
  verdict: 'skipped' | 'error',
  reason: string,
  sandboxed: boolean,
): GradeRecord {
  const gradedAt = new Date().toISOString()
  return {
    version: RECORD_VERSION,
    ...base,
    verdict,
    score: 0,
    sandboxed,
    reason,
    hash: '',
    gradedAt,
  }
}
