import { type Dirent, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Exercise } from '../../course/course.ts'
import { UsageError } from '../../errors/usage.ts'
import type { Learner, Unplaced } from '../store/record.ts'
import { ArchiveReader } from './archive-reader.ts'
import { type Claim, claimsIn } from './claims.ts'
import { FolderSource } from './folder-source.ts'
import { GitSource } from './git-source.ts'
import { type SubmissionPart, stemOfArchive } from './parts.ts'
import { type Note, type ReadExercises, readExercises } from './read-exercises.ts'
import { folded, matchRoster } from './roster-match.ts'
import type { Handed, Source } from './source.ts'

/**
 * A learner of the cohort, and where their submission is. The other fields are absent if they
 * handed in nothing.
 */
export interface Submission {
  learner: Learner
  /** Files, folders and archives in the cohort's folder. */
  parts?: readonly SubmissionPart[]
  /** Opens a submission that is stored elsewhere; throws with a sentence if that fails. */
  open?: () => Promise<Source>
  /** Why it is unknown what they handed in. */
  problem?: string
}

/** Where a cohort is found. */
export interface CohortPlace {
  folder: string
  /** Absent if the cohort is everyone who handed something in. */
  roster?: readonly Learner[] | undefined
  /** A folder for git's clones; it is removed afterwards. */
  clones: string
  /** The gradebook's folder: inside the cohort's folder it is not a submission. */
  out?: string
  /** All exercises, to recognise folders by. */
  course: readonly Exercise[]
}

/** The cohort, and what is in its folder but is not a submission. */
export interface Cohort extends CohortPlace {
  submissions: Submission[]
  ignored: Unplaced[]
}

/** Called with what was read, learner by learner. */
export interface Takers {
  file: (learner: Learner, exercise: Exercise, handed: Handed) => void
  /** Something in a submission that belongs to no exercise. */
  note?: (learner: Learner, note: Note) => void
}

const AT_ONCE = 8
/** How many archives one submission's folder may hold. */
const MAX_ARCHIVES = 40

/** Finds out who is in the cohort, without opening anything yet. */
export function findCohort(place: CohortPlace): Cohort {
  const { folder, roster, clones, course, out } = place
  const entries = submissionsIn(folder, course, out)
  const books = entries.filter(({ name }) => isGradebook(join(folder, name)))
  const found = claimsIn(
    folder,
    entries.filter((entry) => !books.includes(entry)),
  )
  const { claims } = found
  const ignored = [...found.ignored, ...books.map(({ name }) => ({ name, reason: 'is a gradebook' }))]
  if (!roster) return { ...place, submissions: byId(claims), ignored }
  const { byLearner, strangers } = matchRoster(claims, roster)
  const submissions = roster.map((learner, i): Submission => {
    const { url, branch } = learner
    if (url !== undefined) return { learner, open: () => GitSource.clone(url, join(clones, `${i}`), branch) }
    const own = byLearner.get(learner)
    return own ? { ...toSubmission(own, learner.id), learner } : { learner }
  })
  const unknown = strangers.map(({ claim, near }) => ({
    name: claim.entries.join(', '),
    reason: `is not in the roster${near ? `: it looks like ${near.id}, who handed in nothing` : ''}`,
  }))
  const beside = [...byLearner].flatMap(([{ id, url }, own]) =>
    url === undefined
      ? []
      : own.map(({ entries }) => ({
          name: entries.join(', '),
          reason: `is not taken: the roster has a url for ${id}, which is`,
        })),
  )
  return { ...place, submissions, ignored: [...ignored, ...unknown, ...beside] }
}

/** Reads the files of these exercises from each submission. */
export async function readCohort(
  { folder, submissions, course, clones }: Cohort,
  exercises: readonly Exercise[],
  takers: Takers,
): Promise<void> {
  rmSync(clones, { recursive: true, force: true })
  mkdirSync(clones, { recursive: true })
  const reader = new ArchiveReader(resolve(folder))
  const left = submissions.values()
  const work = async () => {
    for (const submission of left) {
      const { handed, notes } = await readSubmission(submission, reader, exercises, course)
      for (const exercise of exercises)
        takers.file(submission.learner, exercise, handed[exercise.name] ?? { missing: true })
      for (const note of notes) takers.note?.(submission.learner, note)
    }
  }
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, work))
  } finally {
    reader.close()
    rmSync(clones, { recursive: true, force: true })
  }
}

async function readSubmission(
  { parts = [], open, problem }: Submission,
  reader: ArchiveReader,
  exercises: readonly Exercise[],
  course: readonly Exercise[],
): Promise<ReadExercises> {
  try {
    if (problem !== undefined) throw new Error(problem)
    const all = (await Promise.all(parts.map(withArchives))).flat()
    const [first, ...others] = all
    if (first && (first.kind !== 'folder' || others.length > 0))
      return await reader.read(all, exercises, course)
    if (!first && !open) return { handed: {}, notes: [] }
    const source = first ? new FolderSource(first.path) : await open?.()
    if (!source) return { handed: {}, notes: [] }
    try {
      return await readExercises(source, exercises, course)
    } finally {
      await source.close()
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : `${error}`
    const unreadable = `the submission cannot be read: ${why.replace(/\.$/, '')}`
    return { handed: Object.fromEntries(exercises.map(({ name }) => [name, { unreadable }])), notes: [] }
  }
}

/**
 * A folder, and the archives at its top level: platforms put submissions into a folder for each
 * learner.
 */
async function withArchives(part: SubmissionPart): Promise<SubmissionPart[]> {
  if (part.kind !== 'folder') return [part]
  const entries = await readdir(part.path, { withFileTypes: true })
  const archives = entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .flatMap(({ name }): SubmissionPart[] => {
      const at = stemOfArchive(name)
      return at === undefined ? [] : [{ kind: 'archive', path: join(part.path, name), at }]
    })
  return [part, ...archives.slice(0, MAX_ARCHIVES)]
}

/** One submission per id: if two claim it, neither gets it. */
function byId(claims: readonly Claim[]): Submission[] {
  const groups = new Map<string, Claim[]>()
  for (const claim of claims) groups.set(folded(claim.id), [...(groups.get(folded(claim.id)) ?? []), claim])
  return [...groups.values()].map((group) => toSubmission(group))
}

function toSubmission(claims: readonly Claim[], owner?: string): Submission {
  const [{ id, name, parts, problem } = NOBODY] = claims
  const learner = { id, ...(name !== undefined && { name }) }
  if (claims.length === 1) return { learner, parts, ...(problem !== undefined && { problem }) }
  const entries = claims.flatMap((each) => each.entries)
  const all = `${entries.slice(0, -1).join(', ')} and ${entries.at(-1)}`
  return { learner, problem: `${all} are both ${owner ?? id}'s by their names: keep one` }
}

const NOBODY: Claim = { id: '', also: [], entries: [], parts: [] }

/**
 * What is in the folder that holds the submissions; a usage error if it is itself a single
 * submission.
 */
function submissionsIn(folder: string, course: readonly Exercise[], out?: string): Dirent[] {
  const isNobodys = ({ name }: Dirent) =>
    name.startsWith('.') || name === '__MACOSX' || resolve(folder, name) === out
  const entries = listing(folder).filter((entry) => !isNobodys(entry))
  const names = new Set(course.map(({ name }) => name))
  const folders = entries.filter((entry) => entry.isDirectory())
  // A learner may have the name of an exercise: if any folder has another name, these are people.
  const isOne =
    folders.length > 0 &&
    folders.every(({ name }) => names.has(name)) &&
    !entries.some(({ name }) => stemOfArchive(name) !== undefined)
  if (isOne || existsSync(join(folder, 'exercises', course[0]?.name ?? ''))) {
    throw new UsageError(
      `${folder} is one submission. npm run grade takes the folder that holds the submissions: ${resolve(folder, '..')}`,
    )
  }
  return entries
}

/** True for the folder of a gradebook that an earlier command made. */
function isGradebook(folder: string): boolean {
  return ['ledger.json', 'records', 'results.json'].every((name) => existsSync(join(folder, name)))
}

function listing(folder: string): Dirent[] {
  const found = statSync(folder, { throwIfNoEntry: false })
  if (!found?.isDirectory()) {
    const problem = found ? `${folder} is a file.` : `There is no folder ${folder}.`
    throw new UsageError(`${problem} Give the folder that holds the submissions.`)
  }
  return readdirSync(folder, { withFileTypes: true })
}
