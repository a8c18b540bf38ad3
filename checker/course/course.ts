import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { distance } from 'fastest-levenshtein'
import type { Subject } from '../program/subject.ts'
import { modulesBeside } from './modules.ts'

/** One exercise of the course: a folder `exercises/NN-name`. */
export interface Exercise {
  /** `03-echo`. */
  name: string
  /** `03`. */
  number: string
  /** The folder. */
  folder: string
  subject: Subject
  /** `server.ts` or `client.ts`, depending on the subject. */
  file: string
  /** Files that the exercise ships for the learner's file to import. */
  shipped: string[]
}

/** What the first lines of the lesson say. */
export interface Heading {
  title: string
  part: string
}

const FOLDER = /^(\d\d)-[a-z0-9-]+$/

/** The exercises below `root`, in the order of the course. Does not read their lessons. */
export function listExercises(root: string): Exercise[] {
  const folder = join(root, 'exercises')
  return readdirSync(folder)
    .filter((name) => FOLDER.test(name) && existsSync(join(folder, name, '.hidden')))
    .sort()
    .map((name) => toExercise(join(folder, name), name))
}

/** Shorter words, such as 0, resemble every name. */
const SHORTEST_TYPO = 3

/** Finds the exercise that a learner means: 3, 03, echo, 03-echo or a path into its folder. */
export function findExercise(root: string, word: string): Exercise | { near: string[] } {
  const names = readdirSync(join(root, 'exercises')).filter((name) => FOLDER.test(name))
  const wanted = nameIn(word)
  const found = names.find(
    (name) => name === wanted || name.slice(3) === wanted || name.slice(0, 2) === wanted.padStart(2, '0'),
  )
  if (found) return toExercise(join(root, 'exercises', found), found)
  if (wanted.length < SHORTEST_TYPO) return { near: [] }
  const near = names
    .map((name) => ({ name, changes: Math.min(distance(wanted, name), distance(wanted, name.slice(3))) }))
    .filter(({ name, changes }) => changes <= 2 || name.includes(wanted))
    .sort((a, b) => a.changes - b.changes)
  return { near: near.map(({ name }) => name) }
}

/**
 * Title and part of an exercise, from its lesson: `# 03 Echo: read, write`, then
 * `> Part 1: The dance`.
 */
export function readHeading(exercise: Exercise): Heading {
  const path = join(exercise.folder, 'README.md')
  const lesson = existsSync(path) ? readFileSync(path, 'utf8') : ''
  const title = /^# \d\d (.+)$/m.exec(lesson)?.[1] ?? exercise.name
  const part = /^> (Part \d: .+)$/m.exec(lesson)?.[1] ?? ''
  return { title, part }
}

function toExercise(folder: string, name: string): Exercise {
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts'))
  const subject = files.includes('client.ts') && !files.includes('server.ts') ? 'client' : 'server'
  const file = `${subject}.ts`
  const shipped = shippedIn(
    folder,
    file,
    files.filter((each) => each !== file),
  )
  return { name, number: name.slice(0, 2), folder, subject, file, shipped }
}

/** The files beside the learner's that the stub needs; any others are the learner's too. */
function shippedIn(folder: string, file: string, others: readonly string[]): string[] {
  const stub = join(folder, '.hidden', `${file}.txt`)
  if (others.length === 0 || !existsSync(stub)) return others.map((each) => join(folder, each))
  const shipped: string[] = []
  const walk = modulesBeside(file, readFileSync(stub, 'utf8'))
  for (let step = walk.next(); !step.done; ) {
    const path = step.value
    const isThere = others.includes(path)
    if (isThere) shipped.push(join(folder, path))
    step = walk.next(isThere ? readFileSync(join(folder, path), 'utf8') : undefined)
  }
  return shipped.sort()
}

/** The part of a path that names an exercise, or the word itself. */
function nameIn(word: string): string {
  const parts = word.split(/[/\\]/).filter((part) => part !== '')
  return (parts.findLast((part) => FOLDER.test(part)) ?? parts.at(-1) ?? '').toLowerCase()
}
