import type { Outcome, TestResult } from '../../judge/verdict.ts'
import type { GradeRecord } from '../store/record.ts'

/** The results of one hidden test in all runs of a file. */
export interface CountedTest {
  title: string
  /** The worst of its runs: a test has passed only if it passed in every one. */
  verdict: Outcome
  /** The run with that verdict. */
  shown: TestResult
  /** The other run's verdict, if two runs disagree. */
  other?: Outcome
}

/** From worst to best. */
const WORST: readonly Outcome[] = ['fail', 'error', 'skipped', 'pass']

/** The tests of a record, as its score counts them: for a pass, those of the run that passed. */
export function countedTests({ verdict, verdictJson, second }: GradeRecord): CountedTest[] {
  const runs = verdict === 'pass' ? [verdictJson] : [verdictJson, second]
  const tests = new Map<string, CountedTest>()
  for (const result of runs.flatMap((run) => run?.tests ?? [])) {
    const { title } = result
    const before = tests.get(title)
    tests.set(title, before ? worse(before, result) : { title, verdict: result.verdict, shown: result })
  }
  return [...tests.values()]
}

function worse(before: CountedTest, result: TestResult): CountedTest {
  const { title, verdict } = before
  if (result.verdict === verdict) return before
  if (WORST.indexOf(result.verdict) > WORST.indexOf(verdict)) return { ...before, other: result.verdict }
  return { title, verdict: result.verdict, shown: result, other: verdict }
}
