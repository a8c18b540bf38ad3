import type { TestCaseResult } from '@jest/test-result'
import type { Failure } from '../../harness/failure.ts'
import type { TestRecord } from '../../harness/scenario.ts'
import type { TestResult } from '../verdict.ts'

/** A test's result: how it ended according to Jest, and what the record says it did. */
export function toResult(result: TestCaseResult, record: TestRecord | undefined): TestResult {
  const base = {
    title: result.title,
    ms: Math.round(record?.ms ?? result.duration ?? 0),
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
    missing?: string
    error?: { failure?: Failure }
  }[]
  const failure = details.map((each) => each.failure ?? each.error?.failure).find((each) => each)
  if (failure) return { ...base, verdict: 'fail', code: failure.code, message: failure.message, failure }
  const missing = details.map((each) => each.missing).find((each) => each)
  if (missing) return { ...base, verdict: 'skipped', message: missing }
  const fault = details.map((each) => each.fault).find((each) => each)
  return {
    ...base,
    verdict: 'error',
    message: fault ?? result.failureMessages[0] ?? 'the test ended without a reason',
  }
}
