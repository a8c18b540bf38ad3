import { type Exercise, findExercise, listExercises } from './course.ts'
import { readProgress } from './state.ts'
import { usage } from './usage.ts'

/** The exercise that a word means, or the current one: the first that has not been passed. */
export function chooseExercise(root: string, word: string | undefined): Exercise {
  if (word !== undefined) {
    const found = findExercise(root, word)
    if ('near' in found) throw usage(`There is no exercise "${word}".`, found.near)
    return found
  }
  const exercises = listExercises(root)
  const current = exercises.find(({ name }) => !readProgress(root, name).passedAt) ?? exercises.at(-1)
  if (!current) throw usage('There are no exercises here.')
  return current
}
