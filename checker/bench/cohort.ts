import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Exercise } from '../course/course.ts'
import { mistakesOf, programOf, referenceOf } from '../verify/mistakes.ts'

/** One in this many files is a mistake. */
const MISTAKE_EACH = 4

/**
 * Makes a cohort: folders with a file for each exercise, most of them the reference and, unless all
 * should be right, every fourth one a mistake. Each file ends with its own comment, so that no two
 * learners have the same file.
 */
export function makeCohort(
  root: string,
  folder: string,
  exercises: readonly Exercise[],
  count: number,
  allRight = false,
): void {
  for (let learner = 0; learner < count; learner += 1) {
    exercises.forEach((exercise, i) => {
      const wrong = !allRight && (learner + i) % MISTAKE_EACH === MISTAKE_EACH - 1
      const text = wrong
        ? mistakeOf(root, exercise, learner)
        : readFileSync(referenceOf(root, exercise), 'utf8')
      const path = join(folder, nameOf(learner), exercise.name)
      mkdirSync(path, { recursive: true })
      writeFileSync(join(path, exercise.file), `${text}\n// Handed in as ${nameOf(learner)} of ${count}.\n`)
    })
  }
}

/** The folder of a learner in a cohort. */
export function nameOf(learner: number): string {
  return `learner-${`${learner + 1}`.padStart(2, '0')}`
}

/** One of the mistakes, a different one for each learner until there are no more. */
function mistakeOf(root: string, exercise: Exercise, learner: number): string {
  const mistakes = mistakesOf(root, exercise)
  const mistake = mistakes[learner % mistakes.length]
  return mistake ? programOf(root, exercise, mistake) : ''
}
