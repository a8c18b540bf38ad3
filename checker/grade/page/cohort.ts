import type { CommonFailure } from '../outputs/common-failures.ts'
import type { Policy, Score } from '../outputs/scores.ts'
import type { GradeRecord, Learner, Unplaced } from '../store/record.ts'

/**
 * A cohort as its page shows it. What stands in records, and how learners are called, is untrusted
 * text.
 */
export interface CohortFacts {
  learners: readonly Learner[]
  /** `03-echo`, in the order of the course. */
  exercises: readonly string[]
  /** One a learner, in the order of `learners`; its cells in the order of `exercises`. */
  scores: readonly Score[]
  /** What the points follow from. */
  policy: Policy
  unplaced: readonly Unplaced[]
  /** What several get wrong, the most frequent first. */
  failures: readonly CommonFailure[]
  /**
   * Where the conversation of a record is shown, as a path from the gradebook's folder; nowhere
   * where none was kept.
   */
  wireOf: (record: GradeRecord) => string | undefined
  /** Where what was handed in is shown, likewise. */
  sourceOf: (record: GradeRecord) => string | undefined
  /** Where the feedback of each learner is, in the order of `learners`. */
  feedback: readonly string[]
}

/** How a learner is named on the page. */
export function nameOf({ id, name }: Learner): string {
  return name ?? id
}
