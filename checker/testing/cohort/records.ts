import type { GradeRecord, GradeVerdict } from '../../grade/store/record.ts'
import type { NearMiss } from '../../harness/failure.ts'
import type { TestResult, Verdict } from '../../judge/verdict.ts'

/** A test that fails, in short. */
export interface Failed {
  title: string
  code: string
  nearMiss?: NearMiss
  message?: string
  stderr?: string
}

const AT = '2027-01-31T12:00:00.000Z'

/** A record of a right program, whose exercise has two tests. */
export function passing(learner: string, exercise: string, titles = ['listens', 'answers']): GradeRecord {
  const tests = titles.map((title) => toTest(title))
  return { ...bare(learner, exercise, 'pass', 1), verdictJson: verdictOf(exercise, tests) }
}

/** A record of a program that passes one test and fails these. */
export function failing(learner: string, exercise: string, failed: readonly Failed[]): GradeRecord {
  const tests = [toTest('starts'), ...failed.map(toFailed)]
  const verdict = verdictOf(exercise, tests)
  const reason = `${failed[0]?.title}: ${tests[1]?.message}`
  return {
    ...bare(learner, exercise, 'fail', 1 / tests.length),
    reason,
    verdictJson: verdict,
    second: verdict,
  }
}

/** A record of a file that does not compile. */
export function brokenFile(learner: string, exercise: string): GradeRecord {
  const place = { file: '/somewhere/server.ts', line: 3, column: 4, text: 'const = 1' }
  const verdict: Verdict = {
    ...verdictOf(exercise, []),
    verdict: 'fail',
    compileError: { message: 'Expected identifier', ...place },
  }
  return {
    ...bare(learner, exercise, 'fail', 0),
    reason: 'line 3 does not compile: Expected identifier',
    verdictJson: verdict,
  }
}

/** A record of nothing handed in. */
export function missing(learner: string, exercise: string): GradeRecord {
  return { ...bare(learner, exercise, 'skipped', 0), reason: `there is no ${exercise}/server.ts` }
}

function bare(learner: string, exercise: string, verdict: GradeVerdict, score: number): GradeRecord {
  return { version: 1, learner, exercise, verdict, score, sandboxed: true, hash: '', gradedAt: AT }
}

function verdictOf(exercise: string, tests: TestResult[]): Verdict {
  const verdict = tests.every((test) => test.verdict === 'pass') ? 'pass' : 'fail'
  return { version: 1, exercise, verdict, seed: 1, ms: 1234, tests }
}

function toTest(title: string): TestResult {
  return { title, verdict: 'pass', ms: 20, conversation: [], stdout: '', stderr: '' }
}

function toFailed({ title, code, nearMiss, message, stderr = '' }: Failed): TestResult {
  const sentence = message ?? 'The server should answer alice, but sent nothing.'
  const failure = { code: 'silent', message: sentence, ...(nearMiss && { nearMiss }) } as const
  const conversation: TestResult['conversation'] = [
    { at: 1, kind: 'start', text: '40000' },
    { at: 2, kind: 'connect', peer: 'alice', text: '127.0.0.1:50000' },
  ]
  return { ...toTest(title), verdict: 'fail', code, message: sentence, failure, conversation, stderr }
}
