import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { shippedFile } from '../files/shipped-file.ts'
import type { Exercise } from './course.ts'

/**
 * The reference with where it lies and where it is explained. Lines that are longer than a terminal
 * is wide are left to it: it takes lines that it broke itself for one when they are copied, and
 * breaks and marks of ours would be copied with the code.
 */
export function solutionText(root: string, exercise: Exercise): string {
  const path = solutionPath(root, exercise)
  const shown = relative(root, path)
  const why = join(shown, '..', 'README.md')
  return `${shown}\n\n${readFileSync(path, 'utf8').trimEnd()}\n\nWhy it works, and other ways to do it:\n  ${why}`
}

/** The file of the reference. A usage error if it is gone. */
export function solutionPath(root: string, exercise: Exercise): string {
  return shippedFile(root, join(root, 'solutions', exercise.name, exercise.file))
}
