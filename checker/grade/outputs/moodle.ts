import { toCsv } from './csv.ts'
import { describeTerms } from './describe-terms.ts'
import { scoresIn } from './gradebook-csv.ts'
import { type Grades, isSandboxed } from './grades.ts'
import { lateIn } from './lateness.ts'

/** The highest grade that Moodle accepts by default. */
const POINTS = 100
const DIGITS = 2
/** What Moodle reads as no grade, also for new grade items. */
const NO_GRADE = '-'

/**
 * The gradebook as Moodle imports it (Grades, Import, CSV file): the person who imports it says
 * which column identifies a user, and which is a grade. Moodle gives a row whose identifying cell
 * is empty to the user of the previous row, so there is no column of email addresses unless
 * everyone has one. Learners who are gone are left out.
 */
export function renderMoodle({ exercises, rows }: Grades): string {
  const present = rows.filter(({ learner }) => !learner.gone)
  const addresses = present.every(({ learner }) => learner.email !== undefined)
  const adjusted = present.some(({ learner }) => learner.adjust !== undefined)
  return toCsv([
    [
      ...['ID number', 'Name', ...(addresses ? ['Email address'] : []), ...exercises],
      ...[...(adjusted ? ['Adjustment'] : []), 'Sandboxed', 'Feedback'],
    ],
    ...present.map((row) => [
      ...[row.learner.id, row.learner.name ?? ''].map(withoutEscapes),
      ...(addresses ? [withoutEscapes(row.learner.email ?? '')] : []),
      ...scoresIn(row, exercises, POINTS, DIGITS, NO_GRADE),
      ...(adjusted ? [row.learner.adjust ?? NO_GRADE] : []),
      isSandboxed(row) ? 'yes' : 'no',
      withoutEscapes([...describeTerms(row.learner), ...lateIn(row.score)].join('; ')),
    ]),
  ])
}

/**
 * PHP, which reads this, takes a quote after a backslash for text, and then the next learner's row
 * for a part of the cell. Moodle ignores the added space at the end of a cell.
 */
function withoutEscapes(text: string): string {
  return text.replace(/\\(?="|$)/g, '$& ')
}
