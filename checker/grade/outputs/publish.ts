import { viewOf } from '../../terminal/view.ts'
import { type Ledger, recordsOf, writeLedger } from '../store/ledger.ts'
import type { GradeRecord } from '../store/record.ts'
import type { Store } from '../store/store.ts'
import { agreeTo, changesBetween, type GradeChange, totalChanges } from './changes.ts'
import { describePolicy } from './describe-policy.ts'
import { writeGradebook } from './gradebook.ts'
import { gradesOf } from './grades.ts'
import { type Policy, type Score, scoresOf } from './scores.ts'
import { summary } from './summary.ts'

/**
 * Makes the gradebook of a ledger. Where results that were in it before come out differently, it shows both and asks first; false
 * where the answer is no, and then everything stays as it was.
 */
export async function publish(
  out: string,
  before: Ledger,
  after: Ledger,
  { root, store, policy, yes }: { root: string; store: Store; policy: Policy; yes: boolean },
): Promise<boolean> {
  const exercises = [...new Set(after.attempts.map(({ exercise }) => exercise))].sort()
  const scores = scoresOf(after.learners, exercises, recordsOf(after, store), policy)
  const old = scoresOf(
    after.learners,
    exercises,
    recordsOf(before, store, withoutRuns),
    before.policy ?? policy,
  )
  const changes = [...policyChanges(before, policy, old, scores), ...changesBetween(old, scores)]
  if (!(await agreeTo(changes, yes))) return false
  writeLedger(out, { ...after, policy })
  const grades = gradesOf(after.learners, exercises, scores, policy)
  await writeGradebook(out, grades, root)
  const view = viewOf(process.stdout, process.env)
  const columns = Math.max(view.width, process.stdout.columns ?? 0)
  console.log(summary(grades, view, columns, out))
  return true
}

/** What is compared with what comes now: thousands of records, whose evidence nobody looks at again. */
function withoutRuns({ verdictJson: _, second: __, ...record }: GradeRecord): GradeRecord {
  return record
}

/** What another policy than last time does to everybody's points; also one that was left out this time. */
function policyChanges(
  { policy: last, learners }: Ledger,
  policy: Policy,
  before: readonly Score[],
  after: readonly Score[],
): GradeChange[] {
  if (last === undefined || describePolicy(last).join() === describePolicy(policy).join()) return []
  console.log(`The policy differs from last time. Before:\n${indented(last)}\nNow:\n${indented(policy)}`)
  const known = new Set(learners.map(({ id }) => id))
  return totalChanges(
    before.filter(({ learner }) => known.has(learner)),
    after,
  )
}

function indented(policy: Policy): string {
  return describePolicy(policy)
    .map((sentence) => `  ${sentence}`)
    .join('\n')
}
