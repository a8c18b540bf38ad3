import { distance } from 'fastest-levenshtein'
import type { Exercise } from '../../course/course.ts'

/** The exercise that a folder's name means, or those that it only resembles. */
export type Meaning = { means: Exercise } | { near: Exercise[] }

/** Words before a number that say nothing more. */
const FILLERS = new Set(['exercise', 'ex'])
/** Shorter words resemble too many others. */
const SHORTEST_TYPO = 4
const MAX_CHANGES = 2

/**
 * Reads a folder's name: a number, a name or both, however they are spelled (`3_echo`, `06 lines`,
 * `listen`), as `npm run check` accepts them. Undefined for a name that has nothing to do with an
 * exercise.
 */
export function meaningOf(folder: string, exercises: readonly Exercise[]): Meaning | undefined {
  const words = wordsOf(folder)
  const digits = words.find((word) => /^\d{1,2}$/.test(word))
  const number = digits?.padStart(2, '0')
  const slug = words.filter((word) => word !== digits).join('-')
  const means = exercises.find(
    (each) =>
      (number === undefined || each.number === number) &&
      (slug === '' || slug === slugOf(each)) &&
      words.length > 0,
  )
  if (means) return { means }
  const near = exercises.filter((each) => each.number === number || isNear(slug, slugOf(each)))
  return near.length > 0 ? { near } : undefined
}

/** The words of a name, in lower case: `3_Echo` and `03 echo` have the same, but for the zero. */
function wordsOf(folder: string): string[] {
  return folder
    .slice(0, 80)
    .normalize('NFKC')
    .toLowerCase()
    .replace(/(?<=^\d{1,2})(?=\p{L})|(?<=^ex|^exercise)(?=\d)/gu, '-')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '' && !FILLERS.has(word))
}

function slugOf({ name }: Exercise): string {
  return name.slice(3)
}

function isNear(slug: string, name: string): boolean {
  if (slug === name) return true
  if (slug.length < SHORTEST_TYPO || name.length < SHORTEST_TYPO) return false
  return distance(slug, name) <= MAX_CHANGES || slug.split('-').includes(name)
}
