import { chooseExercise } from '../progress/current.ts'
import { type HintOptions, nextHint } from '../progress/next-hint.ts'
import { shellWord } from '../terminal/shell-word.ts'

/**
 * `npm run hint 03`: the next of three steps for the first test that failed in the last check, or for the one that `--test` names;
 * before any check, the first step for the first test.
 */
export function hint(root: string, word: string | undefined, options: HintOptions): number {
  const exercise = chooseExercise(root, word)
  const named = options.test === undefined ? '' : ` -- --test ${shellWord(options.test)}`
  console.log(nextHint(root, exercise, `npm run hint ${exercise.number}${named}`, options))
  return 0
}
