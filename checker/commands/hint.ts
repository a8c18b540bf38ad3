import { chooseExercise } from '../progress/current.ts'
import { type HintOptions, nextHint } from '../progress/next-hint.ts'
import { byCommand } from '../progress/ways.ts'
import { shellWord } from '../terminal/shell-word.ts'

/**
 * `npm run hint 03`: the next of three steps for the first test that failed in the last check, or
 * for the test that `--test` names; before any check, the first step for the first test.
 */
export function hint(root: string, word: string | undefined, options: HintOptions): number {
  const exercise = chooseExercise(root, word)
  const named = options.test === undefined ? '' : ` -- --test ${shellWord(options.test)}`
  const ways = byCommand(exercise.number)
  console.log(nextHint(root, exercise, { ...ways, hint: `${ways.hint}${named}` }, options))
  return 0
}
