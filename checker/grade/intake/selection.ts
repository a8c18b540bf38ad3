import { type Exercise, findExercise, listExercises } from '../../course/course.ts'
import { UsageError, usage } from '../../errors/usage.ts'

/**
 * The exercises that `--only 01-09,12,echo` selects, in the order of the course; all without it.
 */
export function selectExercises(root: string, only: string | undefined): Exercise[] {
  const all = listExercises(root)
  if (only === undefined) return all
  const wanted = new Set(only.split(',').flatMap((word) => namesOf(root, word.trim(), all)))
  return all.filter(({ name }) => wanted.has(name))
}

function namesOf(root: string, word: string, all: readonly Exercise[]): string[] {
  const [, first, last] = /^(\d{1,2})-(\d{1,2})$/.exec(word) ?? []
  if (first !== undefined && last !== undefined) {
    const inside = all.filter(
      ({ number }) => Number(number) >= Number(first) && Number(number) <= Number(last),
    )
    if (inside.length === 0)
      throw new UsageError(`There is no exercise from ${first} to ${last}. npm run list shows what there is.`)
    return inside.map(({ name }) => name)
  }
  const found = findExercise(root, word)
  if ('near' in found) throw usage(`There is no exercise "${word}".`, found.near)
  return [found.name]
}
