import { viewOf } from '../../terminal/view.ts'
import { type Attempt, keyOf, type Ledger, recordsOf, writeLedger } from '../store/ledger.ts'
import type { GradeRecord, Unplaced } from '../store/record.ts'
import type { Store } from '../store/store.ts'
import { type Answers, agreeToRules, chooseRegrades } from './agree.ts'
import { changesBetween, rulesBetween, totalChanges } from './changes.ts'
import { writeGradebook } from './gradebook.ts'
import { gradesOf } from './grades.ts'
import { type Policy, scoresOf } from './scores.ts'
import { summary } from './summary.ts'

/** What a gradebook is made with. */
export interface Publishing {
  /** The course is below it. */
  root: string
  store: Store
  policy: Policy
  unplaced: readonly Unplaced[]
  answers: Answers
}

/**
 * Makes the gradebook of a ledger. If other rules or other results change what was in it before, it
 * shows both and asks first: once about the rules, and about each result. False if the answer is to
 * leave everything as it was.
 */
export async function publish(
  out: string,
  before: Ledger,
  after: Ledger,
  { root, store, policy, unplaced, answers }: Publishing,
): Promise<boolean> {
  const exercises = [...new Set(after.attempts.map(({ exercise }) => exercise))].sort()
  const shown = recordsOf(before, { result: (hash) => store.shown(hash) }, withoutRuns)
  const last = scoresOf(before.learners, exercises, shown, before.policy ?? policy)
  const byTheseRules = scoresOf(after.learners, exercises, shown, policy)
  const rules = rulesBetween(before, policy, after.learners)
  const moved =
    rules.length === 0 ? [] : [...totalChanges(last, byTheseRules), ...changesBetween(last, byTheseRules)]
  if (!(await agreeToRules(rules, moved, answers))) return false

  const now = scoresOf(after.learners, exercises, recordsOf(after, store, withoutRuns), policy)
  const regrades = changesBetween(byTheseRules, now)
  const chosen = await chooseRegrades(regrades, answers)
  if (chosen === undefined) return false
  const kept = new Set(regrades.map(keyOf).filter((key) => !chosen.has(key)))
  if (kept.size > 0)
    answers.say(`${kept.size} of them ${kept.size === 1 ? 'stays as it was' : 'stay as they were'}.\n`)

  const ledger = { ...after, attempts: withKept(before.attempts, after.attempts, kept, store), policy }
  writeLedger(out, ledger)
  store.forgetShown()
  const scores = scoresOf(ledger.learners, exercises, recordsOf(ledger, store), policy)
  const grades = gradesOf(ledger.learners, exercises, scores, policy, unplaced)
  await writeGradebook(out, grades, root)
  const view = viewOf(process.stdout, process.env)
  const columns = Math.max(view.width, process.stdout.columns ?? 0)
  answers.say(summary(grades, view, columns, out))
  return true
}

/**
 * The attempts of the run, except that these cells keep those that were there before. A result that
 * was replaced by another goes along.
 */
function withKept(
  before: readonly Attempt[],
  after: readonly Attempt[],
  kept: ReadonlySet<string>,
  store: Store,
): Attempt[] {
  const old = before
    .filter((attempt) => kept.has(keyOf(attempt)))
    .map((attempt): Attempt => {
      const shown = attempt.hash === undefined ? undefined : store.shown(attempt.hash)
      if (attempt.record || !shown) return attempt
      const { learner, submittedAt } = attempt
      return { ...attempt, record: { ...shown, learner, ...(submittedAt !== undefined && { submittedAt }) } }
    })
  return [...after.filter((attempt) => !kept.has(keyOf(attempt))), ...old]
}

/** What is compared: thousands of records, without their evidence. */
function withoutRuns({ verdictJson: _, second: __, ...record }: GradeRecord): GradeRecord {
  return record
}
