import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { structuredPatch } from 'diff'
import type { Exercise } from '../course.ts'
import { chooseExercise } from '../current.ts'
import { diffInEditor } from '../editor.ts'
import { harmless } from '../harness/bytes.ts'
import { paint, type View, viewOf, wrap } from '../report/view.ts'
import { ownPath } from '../submission.ts'
import { mayLook, type SolutionOptions, solutionPath } from './solution.ts'

export interface DiffOptions extends SolutionOptions {
  editor?: boolean
}

/** `npm run diff 03`: the learner's file against the reference, for those who may look at it. */
export async function diff(root: string, word: string | undefined, options: DiffOptions): Promise<number> {
  const exercise = chooseExercise(root, word)
  const text = diffText(root, exercise, viewOf(process.stdout, process.env))
  if (!(await mayLook(root, exercise, options))) console.log('Not shown.')
  else if (options.editor) await diffInEditor(ownPath(exercise), solutionPath(root, exercise))
  else console.log(text)
  return 0
}

/** The difference in unified form: `-` is the learner's, `+` the reference's. */
export function diffText(root: string, exercise: Exercise, view: View): string {
  const mine = ownPath(exercise)
  const theirs = solutionPath(root, exercise)
  const { hunks } = structuredPatch('', '', textOf(mine), textOf(theirs))
  if (hunks.length === 0) return `${relative(root, mine)} is the solution, line for line.`
  const rows = hunks.flatMap((hunk) => [
    paint(
      view,
      'cyan',
      wrap(`@@ line ${hunk.oldStart} of yours, line ${hunk.newStart} of the solution`, view.width),
    ),
    ...hunk.lines.map((line) => paintLine(harmless(line), view)),
  ])
  return [
    paint(view, ['bold', 'red'], `- ${relative(root, mine)}`),
    paint(view, ['bold', 'green'], `+ ${relative(root, theirs)}`),
    ...rows,
  ].join('\n')
}

function paintLine(line: string, view: View): string {
  if (line.startsWith('-')) return paint(view, 'red', line)
  return line.startsWith('+') ? paint(view, 'green', line) : line
}

/** An editor or git on Windows ends lines in CRLF, which is no difference to look at. */
function textOf(path: string): string {
  return readFileSync(path, 'utf8').replaceAll('\r\n', '\n')
}
