import { commonFailures } from '../../grade/outputs/common-failures.ts'
import type { CohortFacts } from '../../grade/page/cohort.ts'
import type { GradeRecord } from '../../grade/store/record.ts'
import { gradesFrom } from './grades.ts'

/** A cohort of these records, for tests: its learners in the order of their first records. */
export function cohortOf(records: readonly GradeRecord[], deadline?: string): CohortFacts {
  const learners = [...new Set(records.map(({ learner }) => learner))].map((id) => ({ id }))
  const { exercises, rows, policy } = gradesFrom(
    learners,
    records,
    deadline === undefined ? {} : { deadline },
  )
  return {
    learners,
    exercises,
    policy,
    unplaced: [],
    scores: rows.map(({ score }) => score),
    failures: commonFailures(records),
    sourceOf: ({ file }) => (file === undefined ? undefined : `source/03-echo-${file.slice(0, 16)}.html`),
    feedback: rows.map(({ fileName }) => `feedback/${encodeURIComponent(fileName)}.txt`),
    wireOf: ({ verdict }) => (verdict === 'fail' ? 'wire/03-echo-0123456789abcdef.html' : undefined),
  }
}
