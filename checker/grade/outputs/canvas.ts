import { toCsv } from './csv.ts'
import { describeTerms } from './describe-terms.ts'
import { scoresIn } from './gradebook-csv.ts'
import { type Grades, isSandboxed } from './grades.ts'
import { lateIn } from './lateness.ts'

const POINTS = 100
/** The number of decimals that Canvas itself writes. */
const DIGITS = 2
/** Canvas recognises the row of points by this, anywhere in the first cell. */
const POINTS_POSSIBLE = 'Points Possible'

/** Canvas's mark for an excused assignment. */
const EXCUSED = 'EX'
/** A separate assignment, as Canvas computes the total itself. */
const ADJUSTMENT = 'Adjustment'

/**
 * The gradebook as Canvas imports it (Grades, Import): it finds a student by SIS User ID, then by
 * SIS Login ID, then by name, and an assignment by its title. ID is Canvas's own number, which we
 * do not know. An empty cell means no grade. Learners who are gone are left out.
 */
export function renderCanvas({ exercises, rows }: Grades): string {
  const present = rows.filter(({ learner }) => !learner.gone)
  const adjusted = present.some(({ learner }) => learner.adjust !== undefined)
  return toCsv([
    [
      ...['Student', 'ID', 'SIS User ID', 'SIS Login ID', 'Section'],
      ...[...exercises, ...(adjusted ? [ADJUSTMENT] : [])],
    ],
    [`    ${POINTS_POSSIBLE}`, '', '', '', '', ...exercises.map(() => POINTS), ...(adjusted ? [0] : [])],
    ...present.map((row) => [
      // A learner with that name would decide what the exercises are worth.
      (row.learner.name ?? row.learner.id).replaceAll(POINTS_POSSIBLE, 'Points possible'),
      '',
      row.learner.id,
      row.learner.email ?? row.learner.id,
      // The one column that Canvas ignores and a person reads; an extra column would be an
      // assignment.
      [
        ...(isSandboxed(row) ? [] : ['graded without a sandbox']),
        ...describeTerms(row.learner),
        ...lateIn(row.score),
      ].join('; '),
      ...scoresIn(row, exercises, POINTS, DIGITS, '', EXCUSED),
      ...(adjusted ? [row.learner.adjust ?? ''] : []),
    ]),
  ])
}
