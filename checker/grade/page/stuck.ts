import type { Cell, Score } from '../outputs/scores.ts'
import type { GradeVerdict } from '../store/record.ts'

/** Where a cohort stops making progress. */
export interface Stuck {
  exercise: string
  /** For how many learners both this exercise and the one before it count. */
  counted: number
  /** How many of them passed it. */
  passed: number
  /** The exercise before it, and how many passed that. */
  before: string
  passedBefore: number
  /** How many handed in nothing that could be run. */
  absent: number
}

/**
 * The exercise that loses the most learners compared with the one before it; undefined if none
 * loses any. An exercise that no one handed in has not been assigned yet, and stops no one.
 */
export function stuckAt(exercises: readonly string[], scores: readonly Score[]): Stuck | undefined {
  const asked = exercises.filter((_, i) => scores.some(({ cells }) => verdictOf(cells[i]) !== 'skipped'))
  const drops = asked.slice(1).map((exercise, i) => dropAt(exercise, asked[i] ?? exercise, exercises, scores))
  const steepest = drops.sort((a, b) => lost(b) - lost(a))[0]
  return steepest && lost(steepest) > 0 ? steepest : undefined
}

/** A learner who is excused from one of the two says nothing about the step between them. */
function dropAt(
  exercise: string,
  before: string,
  exercises: readonly string[],
  scores: readonly Score[],
): Stuck {
  const [i, j] = [exercises.indexOf(exercise), exercises.indexOf(before)]
  const counted = scores.filter(({ cells }) => !cells[i]?.excused && !cells[j]?.excused)
  const count = (at: number, verdict: GradeVerdict) =>
    counted.filter(({ cells }) => verdictOf(cells[at]) === verdict).length
  return {
    exercise,
    counted: counted.length,
    passed: count(i, 'pass'),
    before,
    passedBefore: count(j, 'pass'),
    absent: count(i, 'skipped'),
  }
}

function verdictOf(cell: Cell | undefined): GradeVerdict {
  return cell?.record?.verdict ?? 'skipped'
}

function lost({ passed, passedBefore }: Stuck): number {
  return passedBefore - passed
}
