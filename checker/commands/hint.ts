import { chooseExercise } from '../progress/current.ts'
import { nextHint } from '../progress/next-hint.ts'

/** `npm run hint 03`: the next of three steps for the first test that failed in the last check; before any check, the first step for the first test. */
export function hint(root: string, word: string | undefined, { all }: { all?: boolean }): number {
  const exercise = chooseExercise(root, word)
  console.log(nextHint(root, exercise, `npm run hint ${exercise.number}`, all))
  return 0
}
