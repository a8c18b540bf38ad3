import { join } from 'node:path'
import type { Exercise } from '../../course/course.ts'
import type { Runnable } from '../../course/submission.ts'
import type { Job } from '../job.ts'

/** The job of checking one program against an exercise. */
export function toJob(root: string, exercise: Exercise, program: Runnable, seed: number, cwd = root): Job {
  return {
    exercise: exercise.name,
    tests: join(exercise.folder, '.hidden'),
    subject: exercise.subject,
    program,
    cwd,
    seed,
  }
}

/** A seed that a person can type again. */
export function newSeed(): number {
  return Math.floor(Math.random() * 1_000_000)
}
