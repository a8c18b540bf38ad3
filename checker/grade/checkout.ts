import { join } from 'node:path'
import { findExercise } from '../course/course.ts'

/** The folder of this checkout, from a source as from the bundle. */
export const CHECKOUT = join(import.meta.dirname, '..', '..')

const subjects = new Map<string, 'server' | 'client'>()

/** What the learner writes in an exercise; a server where it is no longer part of the course. */
export function subjectOf(exercise: string): 'server' | 'client' {
  const known = subjects.get(exercise)
  if (known) return known
  const found = findExercise(CHECKOUT, exercise)
  const subject = 'file' in found && found.file === 'client.ts' ? 'client' : 'server'
  subjects.set(exercise, subject)
  return subject
}
