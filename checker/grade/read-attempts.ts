import type { Exercise } from '../course/course.ts'
import { type Cohort, readCohort } from './intake/intake.ts'
import { type Edition, toAttempt } from './plan.ts'
import type { Attempt } from './store/ledger.ts'
import type { Unplaced } from './store/record.ts'
import type { Store } from './store/store.ts'

/**
 * Reads what a cohort handed in. Attempts and remarks are in the order of its learners, whatever
 * the order in which they were read.
 */
export async function readAttempts(
  cohort: Cohort,
  exercises: readonly Exercise[],
  editions: ReadonlyMap<string, Edition>,
  store: Store,
): Promise<{ attempts: Attempt[]; remarks: Unplaced[] }> {
  const attempts: Attempt[] = []
  const remarks: (Unplaced & { learner: string })[] = []
  await readCohort(cohort, exercises, {
    file: (learner, exercise, handed) => {
      const edition = editions.get(exercise.name)
      if (edition) attempts.push(toAttempt(learner, edition, handed, store))
    },
    note: ({ id }, { path, reason }) => remarks.push({ learner: id, name: `${id}/${path}`, reason }),
  })
  const places = new Map(cohort.submissions.map(({ learner }, i) => [learner.id, i]))
  const inOrder = <T extends { learner: string }>(each: readonly T[]) =>
    each.toSorted((a, b) => (places.get(a.learner) ?? 0) - (places.get(b.learner) ?? 0))
  return {
    attempts: inOrder(attempts),
    remarks: inOrder(remarks).map(({ name, reason }) => ({ name, reason })),
  }
}
