import type { Exercise } from '../course/course.ts'
import { solutionText } from '../course/solution.ts'
import { UsageError } from '../errors/usage.ts'
import { chooseExercise } from '../progress/current.ts'
import { readProgress } from '../progress/progress.ts'
import { confirm } from '../terminal/confirm.ts'

/** Answers to the questions that stand before a solution. */
export interface SolutionOptions {
  anyway?: boolean
  yes?: boolean
}

/** `npm run solution 03`: the reference, for those who have passed or insist. */
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

/** True for those who have passed; the others have to ask for it, and are asked back. */
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
