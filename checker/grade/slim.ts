import type { TestResult, Verdict } from '../verdict.ts'

/** How much evidence of one run is kept: a cohort has thousands of runs. */
const EVIDENCE_CHARACTERS = 256 * 1024

/**
 * A verdict without what nobody looks at: of tests that passed neither the conversation nor the output is kept, of those
 * that failed as much as there is room for, the first ones first.
 */
export function slim(verdict: Verdict): Verdict {
  let room = EVIDENCE_CHARACTERS
  const tests = verdict.tests.map((test): TestResult => {
    const bare = { ...test, conversation: [], stdout: '', stderr: '' }
    if (test.verdict === 'pass') return bare
    const size = JSON.stringify(test).length
    if (size > room) return bare
    room -= size
    return test
  })
  return { ...verdict, tests }
}
