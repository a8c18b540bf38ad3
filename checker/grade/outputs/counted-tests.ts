import type { Outcome, TestResult } from '../../judge/verdict.ts'
import type { GradeRecord } from '../store/record.ts'

/** What became of one hidden test in all runs of a file. */
export interface CountedTest {
  title: string
  /** The worst of its runs: a test has passed where it passed in every one. */
  verdict: Outcome
  /** The run that says so. */
  shown: TestResult
  /** What the other run said, where there were two that disagree. */
  other?: Outcome
}

/** From bad to good. */
const WORST: readonly Outcome[] = ['fail', 'error', 'skipped', 'pass']

/** The tests of a record, as its score counts them: those of a pass by the run that passed. */
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
