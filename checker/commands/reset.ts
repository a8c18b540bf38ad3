import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isUntouched } from '../course/stub.ts'
import { ownPath } from '../course/submission.ts'
import { chooseExercise } from '../progress/current.ts'
import { resetExercise } from '../progress/reset.ts'
import { confirm } from '../terminal/confirm.ts'

/** `npm run reset 03`: restores the stub as it shipped, and keeps a copy of the learner's file. */
export async function reset(
  root: string,
  word: string | undefined,
  { yes }: { yes?: boolean },
): Promise<number> {
  const exercise = chooseExercise(root, word)
  const isThere = existsSync(join(exercise.folder, exercise.file))
  if (isThere) ownPath(exercise)
  if (!yes && isThere && !isUntouched(exercise)) {
    const agreed = await confirm(`Put the stub of ${exercise.name} back in place of your file?`, '-- --yes')
    if (!agreed) {
      console.log('Nothing was changed.')
      return 0
    }
  }
  console.log(resetExercise(root, exercise))
  return 0
}
