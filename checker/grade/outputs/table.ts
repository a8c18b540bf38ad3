import { paint, type View } from '../../terminal/view.ts'
import { printable } from '../progress.ts'
import type { GradeVerdict } from '../store/record.ts'
import type { Grades, GradesRow } from './grades.ts'
import { type Cell, hasTotal } from './scores.ts'

/** How many rows of a large cohort are shown; the rest are in the files. */
const MAX_ROWS = 40
const MAX_NAME = 24
const MIN_NAME = 7
const TOTAL_COLUMNS = 6

/** How a cell looks: as wide as there is room for. */
interface Form {
  columns: number
  /** The lines above a column. */
  headings: ((exercise: string) => string)[]
  cell: (cell: Cell | undefined, view: View) => string
}

const WITH_SCORE: Form = {
  columns: 6,
  headings: [(exercise) => exercise.slice(0, 2).padStart(6)],
  cell: (cell, view) => ` ${signOf(cell, view)}${scoreOf(cell).padStart(4)}`,
}
const SIGN: Form = {
  columns: 2,
  // The number's digits, one below the other.
  headings: [(exercise) => ` ${exercise[0]}`, (exercise) => ` ${exercise[1]}`],
  cell: (cell, view) => ` ${signOf(cell, view)}`,
}

/**
 * The gradebook for a terminal of `columns`: learner by exercise, one sign per cell, with its score
 * if there is room. If not even the signs of all exercises fit side by side, there is a table for
 * each part of the course. `where` names the file with all rows.
 */
export function renderTable(grades: Grades, view: View, columns: number, where: string): string {
  const { exercises, rows } = grades
  if (rows.length === 0 || exercises.length === 0) return ''
  const shown = rows.slice(0, MAX_ROWS)
  const longest = Math.max(MIN_NAME, ...shown.map(({ learner }) => columnsOf(printable(learner.id))))
  const whole = Math.min(longest, MAX_NAME)
  const room = (form: Form) => columns - TOTAL_COLUMNS - exercises.length * form.columns
  const form = whole <= room(WITH_SCORE) ? WITH_SCORE : SIGN
  const name = Math.max(MIN_NAME, Math.min(whole, room(form)))
  const across = Math.floor((columns - name - TOTAL_COLUMNS) / form.columns)
  const tables: string[] = []
  for (let i = 0; i < exercises.length; i += across) {
    const part = exercises.slice(i, i + across)
    const lines = shown.map((row) => lineOf(row, part, form, name, view))
    tables.push([headingOf(part, form, name, view), ...lines].join('\n'))
  }
  const left = rows.length - shown.length
  const more = left > 0 ? [`${left} more ${left === 1 ? 'learner' : 'learners'} in ${where}`] : []
  return [tables.join('\n\n'), ...more, legendOf(shown, view)].join('\n')
}

function headingOf(part: readonly string[], { headings }: Form, name: number, view: View): string {
  const lines = headings.map((of, i) => {
    const last = i === headings.length - 1 ? 'total'.padStart(TOTAL_COLUMNS) : ''
    return paint(view, 'bold', `${' '.repeat(name)}${part.map(of).join('')}${last}`)
  })
  return lines.join('\n')
}

function lineOf(
  { learner, score }: GradesRow,
  part: readonly string[],
  form: Form,
  name: number,
  view: View,
): string {
  const byName = new Map(score.cells.map((cell) => [cell.exercise, cell]))
  const cells = part.map((exercise) => form.cell(byName.get(exercise), view)).join('')
  return `${inColumns(printable(learner.id), name, view)}${cells}${(hasTotal(score) ? `${percent(score.total)} %` : '').padStart(TOTAL_COLUMNS)}`
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

/** It does not count, whatever the result. */
const EXCUSED = { sign: '○', plain: 'o', style: 'dim' } as const

function signOf(cell: Cell | undefined, view: View): string {
  const { sign, plain, style } = cell?.excused ? EXCUSED : SIGNS[cell?.record?.verdict ?? 'skipped']
  return paint(view, style, view.unicode ? sign : plain)
}

function scoreOf(cell: Cell | undefined): string {
  const verdict = cell?.record?.verdict ?? 'skipped'
  if (cell?.excused) return ''
  return cell === undefined || verdict === 'error' || verdict === 'skipped' ? '' : `${percent(cell.score)}`
}

/** What the signs mean, limited to those in the table. */
function legendOf(rows: readonly GradesRow[], view: View): string {
  const cells = rows.flatMap(({ score }) => score.cells)
  const seen = new Set<string>(
    cells.map(({ record, excused }) => (excused ? 'excused' : (record?.verdict ?? 'skipped'))),
  )
  return Object.entries({ ...SIGNS, excused: EXCUSED })
    .filter(([word]) => seen.has(word))
    .map(([word, { sign, plain }]) => `${view.unicode ? sign : plain} ${word}`)
    .join('  ')
}

/** Rounds down, so that only a pass gets 100. */
export function percent(share: number): number {
  return Math.floor(share * 100 + 1e-6)
}

/**
 * Text in exactly this many columns; a longer one is cut in the middle, as ids often differ at the
 * end.
 */
export function inColumns(text: string, columns: number, view: View): string {
  if (columnsOf(text) <= columns) return text + ' '.repeat(columns - columnsOf(text))
  const start = within([...text], Math.floor((columns - 1) / 3))
  const end = within([...text].reverse(), columns - 1 - columnsOf(start))
  const shown = `${start}${view.unicode ? '…' : '~'}${[...end].reverse().join('')}`
  return shown + ' '.repeat(Math.max(0, columns - columnsOf(shown)))
}

/** As many of the characters as there are columns for. */
function within(characters: readonly string[], columns: number): string {
  let text = ''
  for (const character of characters) {
    if (columnsOf(text) + columnsOf(character) > columns) break
    text += character
  }
  return text
}

const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uFF01-\uFF60]/u

/**
 * How many columns a terminal uses for a text: two for an ideograph, none for a combining
 * character.
 */
function columnsOf(text: string): number {
  return [...text].reduce((sum, each) => sum + (WIDE.test(each) ? 2 : /\p{M}/u.test(each) ? 0 : 1), 0)
}
