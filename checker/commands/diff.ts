import { solutionPath } from '../course/solution.ts'
import { ownPath } from '../course/submission.ts'
import { chooseExercise } from '../progress/current.ts'
import { diffText } from '../report/diff.ts'
import { diffInEditor } from '../terminal/editor.ts'
import { viewOf } from '../terminal/view.ts'
import { mayLook, type SolutionOptions } from './solution.ts'

export interface DiffOptions extends SolutionOptions {
  editor?: boolean
}

/** `npm run diff 03`: compares the learner's file with the reference, for those who may see it. */
export async function diff(root: string, word: string | undefined, options: DiffOptions): Promise<number> {
  const exercise = chooseExercise(root, word)
  const text = diffText(root, exercise, viewOf(process.stdout, process.env), process.stdout.columns)
  if (!(await mayLook(root, exercise, options))) console.log('Not shown.')
  else if (options.editor) await diffInEditor(ownPath(exercise), solutionPath(root, exercise))
  else console.log(text)
  return 0
}
