import type { GradeRecord, GradeVerdict } from '../store/record.ts'
import type { GradesRow } from './grades.ts'
import type { Cell } from './scores.ts'

/**
 * Something that a facilitator has to look at, whatever the learners did: listed once, however many
 * cells it affects.
 */
export interface Problem {
  verdict: GradeVerdict
  /** Untrusted text. */
  reason: string
  cells: ProblemCell[]
}

/** Where a problem is: a row and a column of the gradebook. */
export interface ProblemCell {
  row: number
  column: number
  /** `Learner.id`, untrusted text. */
  learner: string
  exercise: string
}

/** What could not be judged comes first, then what is flaky, then what was not accepted. */
const ORDER: readonly GradeVerdict[] = ['error', 'flaky', 'skipped']

/** Everything to look at, each problem once. */
export function problemsIn(rows: readonly Pick<GradesRow, 'score'>[]): Problem[] {
  const problems = new Map<string, Problem>()
  for (const [row, { score }] of rows.entries()) {
    for (const [column, cell] of score.cells.entries()) {
      if (!isToLookAt(cell) || !cell.record) continue
      const { verdict, reason = '', learner, exercise } = cell.record
      const key = `${verdict}: ${reason}`
      const problem = problems.get(key) ?? { verdict, reason, cells: [] }
      problems.set(key, problem)
      problem.cells.push({ row, column, learner, exercise })
    }
  }
  return [...problems.values()].sort((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict))
}

/** True if a facilitator has to look. */
export function isToLookAt(cell: Cell): boolean {
  const { record, excused } = cell
  if (excused || !record) return false
  return record.verdict === 'error' || record.verdict === 'flaky' || isNotTaken(record)
}

/** True if something was handed in and not accepted, which says more than that nothing was. */
export function isNotTaken({ verdict, reason = '' }: GradeRecord): boolean {
  return verdict === 'skipped' && !/^there is no|is as it came$/.test(reason)
}

/** The learners, each once: `alice, bob and 3 more`. */
export function learnersOf({ cells }: Problem): string {
  const ids = [...new Set(cells.map(({ learner }) => learner))]
  if (ids.length <= MAX_NAMED) return ids.join(', ')
  return `${ids.slice(0, MAX_NAMED).join(', ')} and ${ids.length - MAX_NAMED} more`
}

const MAX_NAMED = 3

/** The exercises: `03-echo`, or `12 exercises`. */
export function exercisesOf({ cells }: Problem): string {
  const names = new Set(cells.map(({ exercise }) => exercise))
  return names.size === 1 ? (cells[0]?.exercise ?? '') : `${names.size} exercises`
}
