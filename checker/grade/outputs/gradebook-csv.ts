import { publicUrl } from '../store/ledger.ts'
import { toCsv } from './csv.ts'
import { type Grades, type GradesRow, isSandboxed } from './grades.ts'
import { lateText } from './lateness.ts'
import { isNotTaken } from './problems.ts'
import { hasTotal } from './scores.ts'

const DIGITS = 4

/**
 * The gradebook for a spreadsheet: one row per learner, scores and total from 0 to 1, and what the
 * roster grants. A cell that could not be judged, or does not count, has no score.
 */
export function renderGradebookCsv({ exercises, rows }: Grades): string {
  const cloned = rows.some(({ learner }) => learner.url !== undefined)
  const where = cloned ? ['url', 'branch'] : []
  return toCsv([
    ['id', 'name', 'email', ...exercises, 'total', 'sandboxed', LOOK_AT, ...TERMS, ...where],
    ...rows.map((row) => [
      row.learner.id,
      row.learner.name ?? '',
      row.learner.email ?? '',
      ...scoresIn(row, exercises, 1, DIGITS),
      hasTotal(row.score) ? round(row.score.total, DIGITS) : '',
      isSandboxed(row) ? 'yes' : 'no',
      oddIn(row),
      ...termsIn(row),
      ...(cloned ? [publicUrl(row.learner.url ?? ''), row.learner.branch ?? ''] : []),
    ]),
  ])
}

/** The column that says who is gone: a roster leaves them out. */
export const LOOK_AT = 'look at'
export const GONE = 'no longer in the roster'
/** Named as in a roster, so that this file can serve as one. */
const TERMS = ['due', 'excused', 'adjust', 'reason', 'comment']

function termsIn({ learner: { due, excused, adjust, reason, comment } }: GradesRow): (string | number)[] {
  const free = excused === 'all' ? 'all' : (excused ?? []).join(' ')
  return [due ?? '', free, adjust ?? '', reason ?? '', comment ?? '']
}

/**
 * A learner's scores, times `most`, in the order of the exercises; `none` if we could not judge,
 * which is not a 0, and `excused` if it does not count.
 */
export function scoresIn(
  { score: { cells } }: GradesRow,
  exercises: readonly string[],
  most: number,
  digits: number,
  none = '',
  excused = none,
): (number | string)[] {
  const byName = new Map(cells.map((cell) => [cell.exercise, cell]))
  return exercises.map((exercise) => {
    const cell = byName.get(exercise)
    if (cell?.excused) return excused
    return cell?.record?.verdict === 'error' ? none : round((cell?.score ?? 0) * most, digits)
  })
}

/** Rounds down, so that only a pass gets 1. */
function round(score: number, digits: number): number {
  return Math.floor(score * 10 ** digits + 1e-6) / 10 ** digits
}

/** What a facilitator should look at before the score is final. */
function oddIn({ learner, score: { cells } }: GradesRow): string {
  const odd = cells.flatMap(({ exercise, record, lateDays, excused }) => {
    if (excused) return [`${exercise}: excused`]
    const verdict = record?.verdict === 'flaky' || record?.verdict === 'error' ? [record.verdict] : []
    const late = lateDays > 0 ? [lateText(lateDays)] : []
    const taken = record && isNotTaken(record) ? ['not taken'] : []
    const words = [...verdict, ...taken, ...late]
    return words.length > 0 ? [`${exercise}: ${words.join(', ')}`] : []
  })
  return [...(learner.gone ? [GONE] : []), ...odd].join('; ')
}
