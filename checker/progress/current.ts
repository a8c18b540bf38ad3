import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Exercise, findExercise, listExercises } from '../course/course.ts'
import { UsageError, usage } from '../errors/usage.ts'
import { typedPath } from '../files/typed-path.ts'
import { readProgress } from './progress.ts'

/** The exercise that a word means, or the current one: the first that has not been passed. */
export function chooseExercise(root: string, word: string | undefined): Exercise {
  if (word !== undefined) {
    refuseFileElsewhere(root, word)
    const found = findExercise(root, word)
    if ('near' in found) throw usage(`There is no exercise "${word}".`, found.near)
    return found
  }
  const exercises = listExercises(root)
  const current = exercises.find(({ name }) => !readProgress(root, name).passedAt) ?? exercises.at(-1)
  if (!current) throw usage('There are no exercises here.')
  return current
}

/**
 * Rejects a path to a file of the same name elsewhere: it does not belong to the exercise that it
 * seems to name.
 */
function refuseFileElsewhere(root: string, word: string): void {
  const path = typedPath(word)
  if (!/[/\\]/.test(word) || !existsSync(path) || path.startsWith(join(root, 'exercises'))) return
  throw new UsageError(
    `"${word}" is not in exercises/. npm run check and npm run syscalls take a folder of NN-name folders that lies elsewhere: npm run check 03 -- --submission FOLDER`,
  )
}
