import type { TestResult as FileResult, Reporter, Test, TestCaseResult } from '@jest/reporters'
import type { Failure } from './harness/failure.ts'
import { collect, pickRecord } from './records.ts'
import type { TestResult } from './verdict.ts'

/** Jest's way to us: turns each test's end into a result. Prints nothing. */
export default class VerdictReporter implements Pick<Reporter, 'onTestCaseResult' | 'onTestResult'> {
  onTestCaseResult(_test: Test, result: TestCaseResult): void {
    collect(toResult(result))
  }

  /** A test file that could not run at all is our fault: the learner's code is never in it. */
  onTestResult(_test: Test, result: FileResult): void {
    if (result.testExecError) throw new Error(`the hidden tests did not run: ${result.testExecError.message}`)
  }
}

function toResult(result: TestCaseResult): TestResult {
  const record = pickRecord(result.title)
  const base = {
    title: result.title,
    ms: Math.round(result.duration ?? 0),
    conversation: record?.conversation ?? [],
    stdout: record?.stdout ?? '',
    stderr: record?.stderr ?? '',
    ...(record?.exit && { exit: record.exit }),
  }
  if (result.status === 'passed') return { ...base, verdict: 'pass' }
  if (result.status !== 'failed') return { ...base, verdict: 'skipped', message: 'not run' }
  const details = result.failureDetails as {
    failure?: Failure
    fault?: string
    error?: { failure?: Failure }
  }[]
  const failure = details.map((each) => each.failure ?? each.error?.failure).find((each) => each)
  if (failure) return { ...base, verdict: 'fail', code: failure.code, message: failure.message, failure }
  const fault = details.map((each) => each.fault).find((each) => each)
  return {
    ...base,
    verdict: 'error',
    message: fault ?? result.failureMessages[0] ?? 'the test ended without a reason',
  }
}
