import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Exercise } from '../../course/course.ts'
import { UsageError } from '../../errors/usage.ts'
import type { Learner } from '../store/record.ts'
import { FolderSource } from './folder-source.ts'
import { GitSource } from './git-source.ts'
import { type Handed, IS_LINK, readExercise, type Source } from './source.ts'
import { ZipSource } from './zip-source.ts'

/** A learner of the cohort, and where what they handed in lies. */
export interface Submission {
  learner: Learner
  /** Opens it; throws with a sentence where that cannot be done. Absent where nothing was handed in. */
  open?: () => Promise<Source>
}

/** The cohort, and what lies in its folder that is nobody's submission. */
export interface Cohort {
  submissions: Submission[]
  ignored: { name: string; reason: string }[]
}

/** An exercise's own folder: one that holds these is a submission itself, and not a folder of them. */
const EXERCISE = /^\d\d-[a-z0-9-]+$/
const AT_ONCE = 8

/** Finds out who is in the cohort, and opens nothing yet: `clones` is a folder for git's. */
export function findCohort(folder: string, roster: readonly Learner[] | undefined, clones: string): Cohort {
  const found = submissionsIn(folder)
  if (!roster) return found
  const byId = new Map(found.submissions.map((each) => [each.learner.id, each]))
  const submissions = roster.map((learner, i): Submission => {
    const { url } = learner
    if (url !== undefined) return { learner, open: () => GitSource.clone(url, join(clones, `${i}`)) }
    return { ...byId.get(learner.id), learner }
  })
  const known = new Set(roster.filter(({ url }) => url === undefined).map(({ id }) => id))
  const strangers = found.submissions.filter(({ learner }) => !known.has(learner.id))
  const ignored = strangers.map(({ learner }) => ({ name: learner.id, reason: 'is not in the roster' }))
  return { submissions, ignored: [...found.ignored, ...ignored] }
}

/** Reads the files of these exercises from each submission; `take` gets them as they come. */
export async function readCohort(
  submissions: readonly Submission[],
  exercises: readonly Exercise[],
  clones: string,
  take: (learner: Learner, exercise: Exercise, handed: Handed) => void,
): Promise<void> {
  rmSync(clones, { recursive: true, force: true })
  mkdirSync(clones, { recursive: true })
  const left = submissions.values()
  const work = async () => {
    for (const { learner, open } of left) {
      for (const [exercise, handed] of await readSubmission(open, exercises)) take(learner, exercise, handed)
    }
  }
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, work))
  } finally {
    rmSync(clones, { recursive: true, force: true })
  }
}

async function readSubmission(
  open: Submission['open'],
  exercises: readonly Exercise[],
): Promise<[Exercise, Handed][]> {
  if (!open) return exercises.map((exercise) => [exercise, { missing: true }])
  let source: Source | undefined
  try {
    source = await open()
    const read: [Exercise, Handed][] = []
    for (const exercise of exercises) read.push([exercise, await readExercise(source, exercise)])
    return read
  } catch (error) {
    const why = error instanceof Error ? error.message : `${error}`
    const unreadable = `the submission cannot be read: ${why.replace(/\.$/, '')}`
    return exercises.map((exercise) => [exercise, { unreadable }])
  } finally {
    await source?.close()
  }
}

/** Folders and zips of a folder: each is somebody's, and its name is their id. */
function submissionsIn(folder: string): Cohort {
  const entries = listing(folder).filter(({ name }) => !name.startsWith('.'))
  if (entries.some((entry) => entry.isDirectory() && EXERCISE.test(entry.name))) {
    throw new UsageError(
      `${folder} is one submission. npm run grade takes the folder that holds the submissions: ${resolve(folder, '..')}`,
    )
  }
  const folders = new Set(entries.filter((entry) => entry.isDirectory()).map(({ name }) => name))
  const cohort: Cohort = { submissions: [], ignored: [] }
  for (const entry of entries.sort((a, b) => a.name.localeCompare(b.name))) {
    const { name } = entry
    const path = join(folder, name)
    const id = name.replace(/\.zip$/i, '')
    const ignore = (reason: string) => cohort.ignored.push({ name, reason })
    if (name.includes('\uFFFD')) ignore('its name is not UTF-8')
    else if (entry.isSymbolicLink()) ignore(IS_LINK)
    else if (entry.isDirectory())
      cohort.submissions.push({ learner: { id }, open: async () => new FolderSource(path) })
    else if (!entry.isFile() || id === name) ignore('is neither a folder nor a zip')
    else if (folders.has(id)) ignore(`there is a folder ${id} beside it, which is graded instead`)
    else cohort.submissions.push({ learner: { id }, open: () => ZipSource.open(path) })
  }
  return cohort
}

function listing(folder: string) {
  const found = statSync(folder, { throwIfNoEntry: false })
  if (!found?.isDirectory()) {
    const problem = found ? `${folder} is a file.` : `There is no folder ${folder}.`
    throw new UsageError(`${problem} Give the folder that holds the submissions.`)
  }
  return readdirSync(folder, { withFileTypes: true })
}
