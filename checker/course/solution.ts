import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { shippedFile } from '../files/shipped-file.ts'
import type { Exercise } from './course.ts'

/**
 * The reference, with its path and where it is explained. Lines wider than the terminal are left to
 * the terminal: it joins lines that it broke itself when they are copied, whereas our own breaks
 * and marks would be copied with the code.
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
