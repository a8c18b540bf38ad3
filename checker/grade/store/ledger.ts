import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeWhole } from '../../files/whole-file.ts'
import type { Policy } from '../outputs/scores.ts'
import type { GradeRecord, Learner } from './record.ts'
import type { Store } from './store.ts'

/** One file of one learner, and where its result is. */
export interface Attempt {
  learner: string
  exercise: string
  /** Name of the file in the store; absent where there was nothing to grade. */
  file?: string
  /** Address of the result in the store. */
  hash?: string
  submittedAt?: string
  /** The result itself, where there was nothing to grade or the result is not to be kept. */
  record?: GradeRecord
}

/**
 * What the gradebook shows: who is in it, and every file that each of them ever handed in, the last one last. A small text, replaced as a
 * whole once a run is through and the facilitator agrees.
 */
export interface Ledger {
  learners: readonly Learner[]
  attempts: readonly Attempt[]
  /** What the points of the last gradebook followed from; absent in one that was kept before policies were. */
  policy?: Policy
}

/** The ledger in a gradebook's folder; an empty one where there is none that can be read. */
export function readLedger(folder: string): Ledger {
  try {
    const ledger = JSON.parse(readFileSync(pathIn(folder), 'utf8')) as Partial<Ledger> & { version?: number }
    const { version, learners, attempts, policy } = ledger
    if (version === 1 && Array.isArray(learners) && Array.isArray(attempts))
      return { learners, attempts, ...(policy && { policy }) }
  } catch {
    // The first run, or a file that somebody broke: the results are in the store all the same.
  }
  return { learners: [], attempts: [] }
}

export function writeLedger(folder: string, ledger: Ledger): void {
  writeWhole(pathIn(folder), `${JSON.stringify({ version: 1, ...ledger })}\n`)
}

/**
 * The ledger with a run's attempts in it. A file that was graded before is no new attempt; what could not be read or judged
 * does not outlive the next run, nor takes the place of what was.
 */
export function addRun(before: Ledger, learners: readonly Learner[], attempts: readonly Attempt[]): Ledger {
  const now = new Map(attempts.map((attempt) => [keyOf(attempt), attempt]))
  const older = before.attempts.filter((old) => {
    const attempt = now.get(keyOf(old))
    if (attempt === undefined) return true
    return old.hash !== undefined && old.file !== attempt.file
  })
  const present = new Set(learners.map(({ id }) => id))
  const gone = before.learners.filter(({ id }) => !present.has(id))
  return { learners: [...learners, ...gone], attempts: [...older, ...attempts] }
}

/** The records of a ledger's attempts, in their order, as `look` has them. An attempt whose result is gone has none. */
export function recordsOf(
  { attempts }: Ledger,
  store: Store,
  look: (record: GradeRecord) => GradeRecord = (record) => record,
): GradeRecord[] {
  return attempts.flatMap(({ learner, hash, record, submittedAt }) => {
    if (record) return [look(record)]
    const result = hash === undefined ? undefined : store.result(hash)
    return result ? [look({ ...result, learner, ...(submittedAt !== undefined && { submittedAt }) })] : []
  })
}

function keyOf({ learner, exercise }: Attempt): string {
  return `${learner}\n${exercise}`
}

function pathIn(folder: string): string {
  return join(folder, 'ledger.json')
}
