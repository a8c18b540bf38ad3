import type { TestResult, Verdict } from '../../judge/verdict.ts'

/** How much evidence of one run is kept: a cohort has thousands of runs. */
const EVIDENCE_CHARACTERS = 256 * 1024

/**
 * A verdict without what no one looks at: tests that passed keep neither conversation nor output;
 * those that failed keep as much as there is room for, the first ones first.
 */
export function slim(verdict: Verdict): Verdict {
  return withEvidence(verdict, EVIDENCE_CHARACTERS)
}

/** A verdict without conversations and output: the result of each test, and why in a sentence. */
export function bare(verdict: Verdict): Verdict {
  return withEvidence(verdict, 0)
}

function withEvidence(verdict: Verdict, characters: number): Verdict {
  let room = characters
  const tests = verdict.tests.map((test): TestResult => {
    const told = { ...test, conversation: [], stdout: '', stderr: '' }
    if (test.verdict === 'pass') return told
    const size = JSON.stringify(test).length
    if (size > room) return told
    room -= size
    return test
  })
  return { ...verdict, tests }
}
