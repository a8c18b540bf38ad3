import type { Score } from '../outputs/scores.ts'

/** Where a cohort stops getting on. */
export interface Stuck {
  exercise: string
  /** How many passed it. */
  passed: number
  /** The exercise before it, and how many passed that. */
  before: string
  passedBefore: number
  /** How many handed in nothing that could be run. */
  absent: number
}

/**
 * The exercise that loses the most learners against the one before it; undefined where none loses any. What nobody handed in
 * was not asked for yet, and stops nobody.
 */
export function stuckAt(exercises: readonly string[], scores: readonly Score[]): Stuck | undefined {
  const steps = exercises
    .map((exercise, i) => {
      const states = scores.map(({ cells }) => cells[i]?.record?.verdict ?? 'skipped')
      const count = (verdict: string) => states.filter((state) => state === verdict).length
      return { exercise, passed: count('pass'), absent: count('skipped') }
    })
    .filter(({ absent }) => absent < scores.length)
  const drops = steps.slice(1).map((step, i): Stuck => {
    const before = steps[i] ?? step
    return { ...step, before: before.exercise, passedBefore: before.passed }
  })
  const steepest = drops.sort((a, b) => lost(b) - lost(a))[0]
  return steepest && lost(steepest) > 0 ? steepest : undefined
}

function lost({ passed, passedBefore }: Stuck): number {
  return passedBefore - passed
}
