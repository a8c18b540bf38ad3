import { printable } from '../progress.ts'
import type { Ledger } from '../store/ledger.ts'
import type { GradeVerdict } from '../store/record.ts'
import { describePolicy } from './describe-policy.ts'
import { describeTerms } from './describe-terms.ts'
import { lateText } from './lateness.ts'
import { type Cell, hasTotal, type Policy, type Score } from './scores.ts'

/** A cell of the gradebook that would change. */
export interface GradeChange {
  learner: string
  exercise: string
  before: string
  after: string
}

const NO_RESULT: ReadonlySet<GradeVerdict> = new Set(['skipped', 'error'])

/**
 * What was graded before and comes out differently now. A first result is not a change, nor is one
 * that could not be judged before.
 */
export function changesBetween(before: readonly Score[], after: readonly Score[]): GradeChange[] {
  const old = new Map(
    before.flatMap(({ learner, cells }) => cells.map((cell) => [`${learner}\n${cell.exercise}`, cell])),
  )
  return after.flatMap(({ learner, cells }) =>
    cells.flatMap((cell) => {
      const was = old.get(`${learner}\n${cell.exercise}`)
      if (!was?.record || NO_RESULT.has(was.record.verdict) || toText(was) === toText(cell)) return []
      return [{ learner, exercise: cell.exercise, before: toText(was), after: toText(cell) }]
    }),
  )
}

/** Learners whose total, out of 100 points, would change. */
export function totalChanges(before: readonly Score[], after: readonly Score[]): GradeChange[] {
  const old = new Map(before.map((score) => [score.learner, totalOf(score)]))
  return after.flatMap((score) => {
    const { learner } = score
    const [was, is] = [old.get(learner), totalOf(score)]
    if (was === undefined || was === is) return []
    return [{ learner, exercise: 'of 100 points', before: was, after: is }]
  })
}

function totalOf(score: Score): string {
  return hasTotal(score) ? (score.total * 100).toFixed(1) : 'none'
}

/**
 * What the facilitator decides differently from last time, in lines to show: the policy, and what
 * the roster grants; also what was left out.
 */
export function rulesBetween(
  { policy: last, learners: old }: Ledger,
  policy: Policy,
  learners: Ledger['learners'],
): string[] {
  const now = new Map(learners.map((learner) => [learner.id, termsOf(learner)]))
  const terms = old.flatMap((learner) => {
    const [was, is] = [termsOf(learner), now.get(learner.id) ?? '']
    return was === is ? [] : [printable(`  ${learner.id}: ${was || 'nothing'} -> ${is || 'nothing'}`)]
  })
  const policyDiffers = last !== undefined && describePolicy(last).join() !== describePolicy(policy).join()
  return [
    ...(policyDiffers
      ? ['The policy differs from last time. Before:', ...indented(last), 'Now:', ...indented(policy)]
      : []),
    ...(terms.length > 0 ? ['The roster grants something else than last time:', ...terms] : []),
  ]
}

function termsOf({ gone: _, ...learner }: Ledger['learners'][number]): string {
  return describeTerms(learner).join('; ')
}

function indented(policy: Policy): string[] {
  return describePolicy(policy).map((sentence) => `  ${sentence}`)
}

function toText({ record, score, lateDays }: Cell): string {
  const late = lateDays > 0 ? `, ${lateText(lateDays)}` : ''
  return `${record?.verdict ?? 'nothing'} ${score.toFixed(2)}${late}`
}
