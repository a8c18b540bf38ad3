import { basename, posix } from 'node:path'
import type { Exercise } from '../../course/course.ts'
import { modulesBeside } from '../../course/modules.ts'
import { isClutter, placesIn } from '../../course/submission.ts'
import { meaningOf } from './folder-name.ts'
import type { Handed, Source, SourceEntry } from './source.ts'

/** What was found in one submission. */
export interface ReadExercises {
  /** By the exercise's name. */
  handed: Record<string, Handed>
  /** What it contains that belongs to no exercise. */
  notes: Note[]
}

/** A path in a submission, and a remark about it. */
export interface Note {
  path: string
  /** Completes a sentence that begins with the path: `is in no exercise's folder`. */
  reason: string
}

/** How far a submission is searched for folders that are not where they should be. */
const MAX_DEPTH = 4
const MAX_FOLDERS = 500
/** Folders of the course in which learners write nothing. */
const NOT_THEIRS = new Set(['solutions', 'checker'])
const CODE = /\.[cm]?[jt]s$/i

/** A file that may be an exercise's. */
interface Candidate {
  exercise: Exercise
  path: string
  certain: boolean
}

/** What is in a submission in other places than it should be. */
interface Search {
  candidates: Candidate[]
  /** Files that have an exercise's name but are not in an exercise's folder. */
  loose: string[]
}

/** A folder that may contain something, and the exercise whose folder it is in. */
interface SearchedFolder {
  path: string
  depth: number
  within?: Exercise
}

/**
 * The files of these exercises, which are some of `course`. A file that is not where it should be
 * is taken if there is only one way to read that.
 */
export async function readExercises(
  source: Source,
  exercises: readonly Exercise[],
  course: readonly Exercise[],
): Promise<ReadExercises> {
  const handed: Record<string, Handed> = {}
  const tops = (await source.entries('')).filter(({ isFolder }) => isFolder).map(({ name }) => name)
  for (const exercise of exercises) handed[exercise.name] = await inItsPlace(source, tops, exercise)
  const missing = exercises.filter(({ name }) => isMissing(handed[name]))
  if (missing.length === 0) return { handed, notes: [] }

  const { candidates, loose } = await search(source, course)
  for (const exercise of missing) {
    const own = candidates.filter((each) => each.exercise.name === exercise.name)
    const found = await choose(source, exercise, own)
    if (found) handed[exercise.name] = found
  }
  const [only, ...others] = exercises
  const [file, ...more] = loose.filter((path) => path.endsWith(only?.file ?? ''))
  // A file without a folder belongs to the exercise that is graded, if there is only one.
  if (
    only &&
    others.length === 0 &&
    file !== undefined &&
    more.length === 0 &&
    isMissing(handed[only.name])
  ) {
    handed[only.name] = await take(source, file, only)
    return { handed, notes: [] }
  }
  return {
    handed,
    notes: loose.map((path) => ({
      path,
      reason: `is in no exercise's folder, such as ${missing[0]?.name}`,
    })),
  }
}

function isMissing(handed: Handed | undefined): boolean {
  return handed !== undefined && 'missing' in handed
}

async function inItsPlace(source: Source, tops: readonly string[], exercise: Exercise): Promise<Handed> {
  for (const place of placesIn(tops, exercise)) {
    const handed = await source.read(place)
    if (!('missing' in handed)) return withModules(source, place, handed, exercise)
  }
  return { missing: true }
}

/** Reads the one file that is certain, or says what is uncertain. */
async function choose(
  source: Source,
  exercise: Exercise,
  candidates: readonly Candidate[],
): Promise<Handed | undefined> {
  const { name, file } = exercise
  const certain = candidates.filter((each) => each.certain)
  const [first, ...others] = certain
  if (first && others.length === 0) return take(source, first.path, exercise)
  const paths = (first ? certain : candidates).map(({ path }) => path)
  if (paths.length > 1) return { refused: `${listed(paths)} look like ${name}: keep one, as ${name}/${file}` }
  return paths[0] === undefined
    ? undefined
    : { refused: `${paths[0]} looks like ${name}: call it ${name}/${file}` }
}

async function take(source: Source, path: string, exercise: Exercise): Promise<Handed> {
  const handed = await withModules(source, path, await source.read(path), exercise)
  return 'bytes' in handed ? { ...handed, path } : handed
}

/**
 * The same file with the modules beside it that it imports, as a check takes them; what the
 * exercise ships is not the learner's.
 */
async function withModules(
  source: Source,
  path: string,
  handed: Handed,
  { shipped }: Exercise,
): Promise<Handed> {
  if (!('bytes' in handed)) return handed
  const own = new Set(shipped.map((each) => basename(each)))
  const folder = posix.dirname(path)
  const beside: Record<string, Buffer> = {}
  let { submittedAt } = handed
  const walk = modulesBeside(posix.basename(path), handed.bytes.toString())
  for (let step = walk.next(); !step.done; ) {
    const module = own.has(step.value) ? undefined : await source.read(posix.join(folder, step.value))
    const bytes = module && 'bytes' in module ? module.bytes : undefined
    if (bytes) beside[step.value] = bytes
    if (module && 'bytes' in module) submittedAt = later(submittedAt, module.submittedAt)
    step = walk.next(bytes?.toString())
  }
  if (Object.keys(beside).length === 0) return handed
  return { ...handed, beside, ...(submittedAt !== undefined && { submittedAt }) }
}

/** A submission was handed in when the last of its files was. */
function later(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return one ?? other
  return Date.parse(one) < Date.parse(other) ? other : one
}

async function search(source: Source, course: readonly Exercise[]): Promise<Search> {
  const found: Search = { candidates: [], loose: [] }
  const folders: SearchedFolder[] = [{ path: '', depth: 0 }]
  for (const { path, depth, within } of folders) {
    const entries = await source.entries(path)
    const name = path.split('/').at(-1) ?? ''
    const meaning = path === '' ? undefined : meaningOf(name, course)
    const own = meaning && 'means' in meaning ? meaning.means : within
    if (meaning && 'means' in meaning) found.candidates.push(...filesOf(meaning.means, path, entries))
    else if (meaning) found.candidates.push(...nearFiles(meaning.near, path, entries))
    else if (within) found.candidates.push(...deepIn(path, entries, within))
    else found.loose.push(...looseIn(path, entries, course))
    if (depth === MAX_DEPTH) continue
    for (const entry of entries) {
      if (!entry.isFolder || isClutter(entry.name) || NOT_THEIRS.has(entry.name)) continue
      if (folders.length < MAX_FOLDERS)
        folders.push({ path: join(path, entry.name), depth: depth + 1, ...(own && { within: own }) })
    }
  }
  return found
}

/**
 * What may be the exercise's file in its own folder: a name that differs only in case, as some
 * systems ignore it; otherwise any code, or `server.ts.txt`.
 */
function filesOf(exercise: Exercise, folder: string, entries: readonly SourceEntry[]): Candidate[] {
  const names = entries.filter(({ isFolder }) => !isFolder).map(({ name }) => name)
  const toCandidate = (certain: boolean) => (name: string) => ({
    exercise,
    path: join(folder, name),
    certain,
  })
  const exact = names.filter((name) => name === exercise.file)
  const same = exact.length > 0 ? exact : names.filter((name) => name.toLowerCase() === exercise.file)
  if (same.length > 0) return same.map(toCandidate(true))
  return names
    .filter((name) => isCode(name) || name.toLowerCase().startsWith(exercise.file))
    .slice(0, 1)
    .map(toCandidate(false))
}

/** An exercise's file in a subfolder of its folder, such as `src`. */
function deepIn(folder: string, entries: readonly SourceEntry[], exercise: Exercise): Candidate[] {
  return looseIn(folder, entries, [exercise]).map((path) => ({ exercise, path, certain: false }))
}

function nearFiles(near: readonly Exercise[], folder: string, entries: readonly SourceEntry[]): Candidate[] {
  return near.flatMap((exercise) =>
    filesOf(exercise, folder, entries).map((each) => ({ ...each, certain: false })),
  )
}

function looseIn(folder: string, entries: readonly SourceEntry[], course: readonly Exercise[]): string[] {
  const names = new Set(course.map(({ file }) => file))
  return entries
    .filter(({ name, isFolder }) => !isFolder && names.has(name))
    .map(({ name }) => join(folder, name))
}

function isCode(name: string): boolean {
  return CODE.test(name) && !name.startsWith('.') && !name.endsWith('.d.ts')
}

function join(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`
}

function listed(paths: readonly string[]): string {
  return `${paths.slice(0, -1).join(', ')} and ${paths.at(-1)}`
}
