import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from '../../errors/usage.ts'
import { writeWhole } from '../../files/whole-file.ts'
import type { Policy } from '../outputs/scores.ts'
import { sha256 } from './address.ts'
import type { GradeRecord, Learner } from './record.ts'
import type { Store } from './store.ts'

/** One file of one learner, and where its result is. */
export interface Attempt {
  learner: string
  exercise: string
  /** Name of the file in the store; absent if there was nothing to grade. */
  file?: string
  /** The modules beside it that it imports: their names in the store, by their paths. */
  beside?: Readonly<Record<string, string>>
  /** Address of the result in the store. */
  hash?: string
  submittedAt?: string
  /** Where the file was in the submission, if not in the exercise's usual place. */
  path?: string
  /**
   * The result itself, if there was nothing to grade, the result is not to be stored, or a newer
   * one was not accepted.
   */
  record?: GradeRecord
}

/**
 * A learner's id, an exercise, what they handed in for it (see `contentOf`), and when that was
 * first seen from them: ISO 8601.
 */
export type Sighting = readonly [learner: string, exercise: string, content: string, time: string]

/**
 * What the gradebook shows: who is in it, and every file that each of them ever handed in, the last
 * one last. A small text, replaced as a whole once a run is through and the facilitator agrees.
 */
export interface Ledger {
  learners: readonly Learner[]
  attempts: readonly Attempt[]
  /**
   * What determined the points of the last gradebook; absent in a ledger from before there were
   * policies.
   */
  policy?: Policy
  /** The folder of submissions that it was last made from. */
  folder?: string
  /** The learners are those of a roster. */
  roster?: true
  /**
   * Kept for every run, including those that led to no gradebook: a copy or a second download makes
   * no one late.
   */
  seen?: readonly Sighting[]
}

/**
 * The ledger in a gradebook's folder; an empty one if there is none yet. Throws a usage error if
 * there is one that cannot be read: starting over would silently lose its roster and every attempt.
 */
export function readLedger(folder: string): Ledger {
  const path = pathIn(folder)
  if (!existsSync(path)) return { learners: [], attempts: [] }
  const { version, learners, attempts, ...rest } = parse(path)
  if (version === 1 && Array.isArray(learners) && Array.isArray(attempts))
    return { ...rest, learners, attempts }
  throw unreadable(path, 'is not the ledger of a gradebook')
}

function parse(path: string): Partial<Ledger> & { version?: number } {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) ?? {}
  } catch (error) {
    throw unreadable(path, `cannot be read (${error instanceof Error ? error.message : error})`)
  }
}

function unreadable(path: string, why: string): UsageError {
  return new UsageError(
    `${path} ${why}. It holds the roster and every attempt: restore it from a copy, or move it away to begin a new gradebook.`,
  )
}

export function writeLedger(folder: string, ledger: Ledger): void {
  const learners = ledger.learners.map(withoutSecrets)
  writeWhole(pathIn(folder), `${JSON.stringify({ version: 1, ...ledger, learners })}\n`)
}

/**
 * The ledger with a run's attempts in it. A file that was graded before is not a new attempt; an
 * attempt that could not be read or judged is dropped with the next run, and never replaces an
 * earlier one.
 */
export function addRun(before: Ledger, learners: readonly Learner[], attempts: readonly Attempt[]): Ledger {
  const now = new Map(attempts.map((attempt) => [keyOf(attempt), attempt]))
  const older = before.attempts.filter((old) => {
    const attempt = now.get(keyOf(old))
    if (attempt === undefined) return true
    return old.hash !== undefined && contentOf(old) !== contentOf(attempt)
  })
  const present = new Set(learners.map(({ id }) => id))
  const gone = before.learners
    .filter(({ id }) => !present.has(id))
    .map((learner) => ({ ...learner, gone: true as const }))
  return { ...before, learners: [...learners, ...gone], attempts: [...older, ...attempts] }
}

/**
 * A run's attempts with the earliest time at which this learner's file was seen, in this run or an
 * earlier one; and all sightings since the first run. A time in the future becomes `now`.
 */
export function withSightings(
  before: Ledger,
  attempts: readonly Attempt[],
  now: Date,
): { attempts: Attempt[]; seen: Sighting[] } {
  const seen = new Map<string, Sighting>()
  const look = (sighting: Sighting): string => {
    const [learner, exercise, content, time] = sighting
    const key = `${learner}\n${exercise}\n${content}`
    const first = seen.get(key)
    const earliest = first !== undefined && Date.parse(first[3]) <= Date.parse(time) ? first : sighting
    seen.set(key, earliest)
    return earliest[3]
  }
  for (const sighting of [...(before.seen ?? []), ...before.attempts.flatMap(toSighting)]) look(sighting)
  const dated = attempts.map((attempt): Attempt => {
    const [sighting] = toSighting(attempt)
    if (!sighting) return attempt
    const [learner, exercise, content, time] = sighting
    const past = Date.parse(time) > now.getTime() ? now.toISOString() : time
    return { ...attempt, submittedAt: look([learner, exercise, content, past]) }
  })
  return { attempts: dated, seen: [...seen.values()] }
}

function toSighting(attempt: Attempt): Sighting[] {
  const { learner, exercise, submittedAt } = attempt
  const content = contentOf(attempt)
  return content === undefined || submittedAt === undefined ? [] : [[learner, exercise, content, submittedAt]]
}

/**
 * What was handed in, as one name: the file's name in the store, or with modules beside it a hash
 * over all of them.
 */
function contentOf({ file, beside }: Attempt): string | undefined {
  return file === undefined || beside === undefined
    ? file
    : sha256(JSON.stringify([file, Object.entries(beside).sort()]))
}

/**
 * The roster of the last run; undefined if it had none. Throws a usage error if only the roster
 * itself can say how to fetch.
 */
export function keptRoster({ roster, learners }: Ledger): Learner[] | undefined {
  if (!roster) return undefined
  const present = learners.filter(({ gone }) => !gone)
  if (present.every(({ withheld }) => !withheld)) return present
  throw new UsageError(
    'The URLs of the roster hold passwords, which are not kept. Name it again: --roster FILE',
  )
}

/** Readers of the ledger must not get the facilitator's access. */
function withoutSecrets(learner: Learner): Learner {
  if (learner.url === undefined || !URL.canParse(learner.url)) return learner
  const { username, password, search } = new URL(learner.url)
  if (username === '' && password === '' && search === '') return learner
  return { ...learner, url: publicUrl(learner.url), withheld: true }
}

/** A URL without anything that may be a secret. */
export function publicUrl(text: string): string {
  if (!URL.canParse(text)) return text
  const url = new URL(text)
  url.username = ''
  url.password = ''
  url.search = ''
  return url.href
}

/**
 * The records of a ledger's attempts, in their order, as `look` finds them. An attempt whose result
 * is gone has none.
 */
export function recordsOf(
  { attempts }: Pick<Ledger, 'attempts'>,
  store: Pick<Store, 'result'>,
  look: (record: GradeRecord) => GradeRecord = (record) => record,
): GradeRecord[] {
  return attempts.flatMap((attempt) => {
    const { learner, hash, record } = attempt
    const result = record ?? (hash === undefined ? undefined : store.result(hash))
    return result ? [look({ ...result, learner, ...ownOf(attempt) })] : []
  })
}

/** What a record takes from its attempt. */
function ownOf({ submittedAt, path, file, beside }: Attempt): Partial<GradeRecord> {
  return {
    ...(submittedAt !== undefined && { submittedAt }),
    ...(path !== undefined && { path }),
    ...(file !== undefined && { file }),
    ...(beside !== undefined && { beside }),
  }
}

/** A cell of the gradebook. */
export function keyOf({ learner, exercise }: { learner: string; exercise: string }): string {
  return `${learner}\n${exercise}`
}

function pathIn(folder: string): string {
  return join(folder, 'ledger.json')
}
