import type { CommonFailure } from '../outputs/common-failures.ts'
import type { Policy, Score } from '../outputs/scores.ts'
import type { GradeRecord, Learner, Unplaced } from '../store/record.ts'

/**
 * A cohort as its page shows it. The contents of records, and the names of learners, are untrusted
 * text.
 */
export interface CohortFacts {
  learners: readonly Learner[]
  /** `03-echo`, in the order of the course. */
  exercises: readonly string[]
  /** One per learner, in the order of `learners`; its cells in the order of `exercises`. */
  scores: readonly Score[]
  /** What determines the points. */
  policy: Policy
  unplaced: readonly Unplaced[]
  /** What several learners get wrong, the most frequent first. */
  failures: readonly CommonFailure[]
  /**
   * The page that shows the conversation of a record, as a path from the gradebook's folder;
   * undefined if none was kept.
   */
  wireOf: (record: GradeRecord) => string | undefined
  /** The page that shows what was handed in, likewise. */
  sourceOf: (record: GradeRecord) => string | undefined
  /** The feedback file of each learner, in the order of `learners`. */
  feedback: readonly string[]
}

/** How a learner is named on the page. */
export function nameOf({ id, name }: Learner): string {
  return name ?? id
}
