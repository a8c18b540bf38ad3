import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { structuredPatch } from 'diff'
import type { Exercise } from '../course/course.ts'
import { solutionPath } from '../course/solution.ts'
import { ownPath } from '../course/submission.ts'
import { harmless } from '../program/bytes.ts'
import { paint, type View, wrap } from '../terminal/view.ts'

/**
 * The difference in unified form: `-` is the learner's, `+` the reference's. `columns` is where a
 * terminal breaks lines; if it is absent, as in a pipe, or 0, as in a terminal that does not know,
 * lines of code stay whole.
 */
export function diffText(root: string, exercise: Exercise, view: View, columns?: number): string {
  const mine = ownPath(exercise)
  const theirs = solutionPath(root, exercise)
  const { hunks } = structuredPatch('', '', textOf(mine), textOf(theirs))
  if (hunks.length === 0) return `${relative(root, mine)} is the same as the solution, line for line.`
  const rows = hunks.flatMap((hunk) => [
    paint(
      view,
      'cyan',
      wrap(`@@ line ${hunk.oldStart} of yours, line ${hunk.newStart} of the solution`, view.width),
    ),
    ...hunk.lines.map((line) => paintLine(brokenLine(harmless(line), view, columns || Infinity), view)),
  ])
  return [
    paint(view, ['bold', 'red'], `- ${relative(root, mine)}`),
    paint(view, ['bold', 'green'], `+ ${relative(root, theirs)}`),
    ...rows,
  ].join('\n')
}

/** The columns that code keeps, however deeply it is indented. */
const MIN_CODE = 16

/**
 * A line of code in rows that fit. If the terminal broke the line, the rest would begin in the
 * column where `-` and `+` have their meaning; here that column repeats the line's sign, and a mark
 * follows the code's indent. Code to copy is in the files.
 */
function brokenLine(line: string, view: View, columns: number): string {
  if (line.length <= columns) return line
  const sign = line.slice(0, 1)
  const code = line.slice(1).trimStart()
  const indent = line.slice(1, -code.length).slice(0, columns - MIN_CODE)
  const below = `${indent}${view.unicode ? '↪' : '\\'} `
  const [first = '', ...rest] = wrap(code, columns - 1 - below.length).split('\n')
  return [`${sign}${indent}${first}`, ...rest.map((row) => `${sign}${below}${row}`)].join('\n')
}

function paintLine(line: string, view: View): string {
  if (line.startsWith('-')) return paint(view, 'red', line)
  return line.startsWith('+') ? paint(view, 'green', line) : line
}

/** An editor or git on Windows ends lines in CRLF: not a difference worth showing. */
function textOf(path: string): string {
  return readFileSync(path, 'utf8').replaceAll('\r\n', '\n')
}
