import { constants, copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import type { Exercise } from '../course/course.ts'
import { isUntouched, readStub } from '../course/stub.ts'
import { ownPath } from '../course/submission.ts'
import { UsageError } from '../errors/usage.ts'
import { readProgress, writeProgress } from './progress.ts'

/** Restores the stub, and says what happened to the learner's file. */
export function resetExercise(root: string, exercise: Exercise, now = new Date()): string {
  const stub = readStub(exercise)
  if (!stub) {
    throw new UsageError(
      `The stub of ${exercise.name} is missing from its folder .hidden/. Get the course again to reset it.`,
    )
  }
  const shown = relative(root, stub.path)
  if (isUntouched(exercise)) return `${shown} is already the stub: nothing was changed.`
  if (existsSync(stub.path)) ownPath(exercise)
  const kept = existsSync(stub.path) ? keep(root, exercise, stub.path, now) : undefined
  writeFileSync(stub.path, stub.bytes)
  forgetFailure(root, exercise)
  const where = kept === undefined ? '' : `\nYour file is kept: ${relative(root, kept)}`
  return `${shown} is the stub again.${where}`
}

/**
 * Copies the file to `.workshop/kept`, under a name with the time in seconds; never overwrites
 * another copy.
 */
function keep(root: string, exercise: Exercise, path: string, now: Date): string {
  const folder = join(root, '.workshop', 'kept', exercise.name)
  mkdirSync(folder, { recursive: true })
  const stamp = now.toISOString().slice(0, 19).replaceAll(':', '')
  for (let copy = 1; ; copy += 1) {
    const kept = join(folder, `${stamp}${copy === 1 ? '' : `-${copy}`}-${basename(path)}`)
    try {
      copyFileSync(path, kept, constants.COPYFILE_EXCL)
      return kept
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

/** The failure belonged to a file that is gone, and is forgotten; a pass is remembered. */
function forgetFailure(root: string, exercise: Exercise): void {
  const { failing: _, verdict: __, ...rest } = readProgress(root, exercise.name)
  writeProgress(root, { ...rest, hints: 0 })
}
