import { shownPath } from '../course/submission.ts'
import { show, writeWire } from '../pages/last-check.ts'
import { chooseExercise } from '../progress/current.ts'

export interface WireCommandOptions {
  open?: boolean
}

/** `npm run wire 03`: writes the last check as a page, and prints its path. */
export async function wire(
  root: string,
  word: string | undefined,
  options: WireCommandOptions,
): Promise<number> {
  const path = writeWire(root, chooseExercise(root, word))
  console.log(shownPath(root, path))
  if (options.open) await show(path)
  return 0
}
