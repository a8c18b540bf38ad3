import { toCsv } from './csv.ts'
import { describeTerms } from './describe-terms.ts'
import { scoresIn } from './gradebook-csv.ts'
import { type Grades, isSandboxed } from './grades.ts'
import { lateIn } from './lateness.ts'

/** The highest grade that Moodle takes by default. */
const POINTS = 100
const DIGITS = 2
/** What Moodle reads as no grade, for new grade items too. */
const NO_GRADE = '-'

/**
 * The gradebook as Moodle imports it (Grades, Import, CSV file): whoever imports says which column
 * identifies a user, and which is a grade. Moodle gives a row whose identifying cell is empty to
 * the user of the row before, so there is no column of addresses unless everybody has one. Who is
 * gone is not in it.
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
 * PHP, which reads this, takes a quote behind a backslash for text, and then the next learner's row
 * for a part of the cell. Of the space at a cell's end Moodle takes no notice.
 */
function withoutEscapes(text: string): string {
  return text.replace(/\\(?="|$)/g, '$& ')
}
