import type { Exercise } from '../course/course.ts'
import { solutionText } from '../course/solution.ts'
import { UsageError } from '../errors/usage.ts'
import { chooseExercise } from '../progress/current.ts'
import { readProgress } from '../progress/progress.ts'
import { confirm } from '../terminal/confirm.ts'

/** Options that confirm in advance. */
export interface SolutionOptions {
  anyway?: boolean
  yes?: boolean
}

/** `npm run solution 03`: shows the reference to learners who have passed or insist. */
export async function solution(
  root: string,
  word: string | undefined,
  options: SolutionOptions,
): Promise<number> {
  const exercise = chooseExercise(root, word)
  if (await mayLook(root, exercise, options)) console.log(solutionText(root, exercise))
  else console.log('Not shown.')
  return 0
}

/** True for learners who have passed; others have to confirm. */
export async function mayLook(
  root: string,
  exercise: Exercise,
  { anyway, yes }: SolutionOptions,
): Promise<boolean> {
  if (readProgress(root, exercise.name).passedAt !== undefined) return true
  if (!anyway) {
    throw new UsageError(
      `You have not passed ${exercise.name} yet.\n\nNext:\n  npm run hint ${exercise.number}\nTo see it all the same, add:\n  -- --anyway`,
    )
  }
  return yes || confirm(`Look at the solution of ${exercise.name} before you have passed?`, '--yes')
}
