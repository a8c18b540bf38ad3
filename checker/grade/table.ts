import { paint, type View } from '../report/view.ts'
import type { Grades, Row } from './grades.ts'
import { printable } from './progress.ts'
import type { GradeVerdict } from './record.ts'
import type { Cell } from './scores.ts'

/** Rows of a large cohort that are shown; the others are in the files. */
const MOST_ROWS = 40
const MOST_NAME = 24
const LEAST_NAME = 7
const TOTAL_COLUMNS = 6

/** How a cell looks: as wide as there is room for. */
interface Form {
  columns: number
  heading: (exercise: string) => string
  cell: (cell: Cell | undefined, view: View) => string
}

const WITH_SCORE: Form = {
  columns: 6,
  heading: (exercise) => exercise.slice(0, 2).padStart(6),
  cell: (cell, view) => ` ${signOf(cell, view)}${scoreOf(cell).padStart(4)}`,
}
const SIGN: Form = {
  columns: 3,
  heading: (exercise) => exercise.slice(0, 2).padStart(3),
  cell: (cell, view) => `  ${signOf(cell, view)}`,
}

/**
 * The gradebook for a terminal of `columns`: learner by exercise, a sign a cell, with its score where there is room. Where not even
 * the signs of all exercises fit beside each other, there is a table for each part of the course. `where` names the file with all rows.
 */
export function renderTable(grades: Grades, view: View, columns: number, where: string): string {
  const { exercises, rows } = grades
  if (rows.length === 0 || exercises.length === 0) return ''
  const shown = rows.slice(0, MOST_ROWS)
  const longest = Math.max(LEAST_NAME, ...shown.map(({ learner }) => columnsOf(printable(learner.id))))
  const whole = Math.min(longest, MOST_NAME)
  const room = (form: Form) => columns - TOTAL_COLUMNS - exercises.length * form.columns
  const form = whole <= room(WITH_SCORE) ? WITH_SCORE : SIGN
  const name = Math.max(LEAST_NAME, Math.min(whole, room(form)))
  const across = Math.floor((columns - name - TOTAL_COLUMNS) / form.columns)
  const tables: string[] = []
  for (let i = 0; i < exercises.length; i += across) {
    const part = exercises.slice(i, i + across)
    const heading = `${' '.repeat(name)}${part.map(form.heading).join('')}${'total'.padStart(TOTAL_COLUMNS)}`
    tables.push(
      [paint(view, 'bold', heading), ...shown.map((row) => lineOf(row, part, form, name, view))].join('\n'),
    )
  }
  const left = rows.length - shown.length
  const more = left > 0 ? [`${left} more ${left === 1 ? 'learner' : 'learners'} in ${where}`] : []
  return [tables.join('\n\n'), ...more, legendOf(shown, view)].join('\n')
}

function lineOf(
  { learner, score }: Row,
  part: readonly string[],
  form: Form,
  name: number,
  view: View,
): string {
  const byName = new Map(score.cells.map((cell) => [cell.exercise, cell]))
  const cells = part.map((exercise) => form.cell(byName.get(exercise), view)).join('')
  return `${fitted(printable(learner.id), name, view)}${cells}${`${percent(score.total)} %`.padStart(TOTAL_COLUMNS)}`
}

const SIGNS: Readonly<
  Record<GradeVerdict, { sign: string; plain: string; style: 'green' | 'red' | 'yellow' | 'dim' }>
> = {
  pass: { sign: '✓', plain: '+', style: 'green' },
  fail: { sign: '✗', plain: 'x', style: 'red' },
  flaky: { sign: '~', plain: '~', style: 'yellow' },
  error: { sign: '!', plain: '!', style: 'yellow' },
  skipped: { sign: '–', plain: '-', style: 'dim' },
}

function signOf(cell: Cell | undefined, view: View): string {
  const { sign, plain, style } = SIGNS[cell?.record?.verdict ?? 'skipped']
  return paint(view, style, view.unicode ? sign : plain)
}

function scoreOf(cell: Cell | undefined): string {
  const verdict = cell?.record?.verdict ?? 'skipped'
  return cell === undefined || verdict === 'error' || verdict === 'skipped' ? '' : `${percent(cell.score)}`
}

/** What the signs mean, of those that are there. */
function legendOf(rows: readonly Row[], view: View): string {
  const seen = new Set(
    rows.flatMap(({ score }) => score.cells.map(({ record }) => record?.verdict ?? 'skipped')),
  )
  const words = (Object.keys(SIGNS) as GradeVerdict[]).filter((verdict) => seen.has(verdict))
  return words
    .map((verdict) => `${view.unicode ? SIGNS[verdict].sign : SIGNS[verdict].plain} ${verdict}`)
    .join('  ')
}

/** Down, so that 100 stays what only passes get. */
function percent(share: number): number {
  return Math.floor(share * 100 + 1e-6)
}

/** Text in exactly so many columns. */
function fitted(text: string, columns: number, view: View): string {
  const room = columnsOf(text) <= columns ? columns : columns - 1
  let shown = ''
  for (const character of text) {
    if (columnsOf(shown) + columnsOf(character) > room) break
    shown += character
  }
  const sign = room === columns ? '' : view.unicode ? '…' : '~'
  return `${shown}${sign}${' '.repeat(Math.max(0, columns - columnsOf(shown) - sign.length))}`
}

const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uFF01-\uFF60]/u

/** Columns that a terminal gives a text: two for an ideograph, none for what is put on the character before. */
function columnsOf(text: string): number {
  return [...text].reduce((sum, each) => sum + (WIDE.test(each) ? 2 : /\p{M}/u.test(each) ? 0 : 1), 0)
}
