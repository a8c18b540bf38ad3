import type { TestRecord } from './harness/scenario.ts'
import type { TestResult } from './verdict.ts'

/** What the environment kept of each test that ended, by title, until the reporter makes its result of it. */
const records = new Map<string, TestRecord>()

export function keepRecord(title: string, record: TestRecord): void {
  records.set(title, record)
}

/** The record of a test, once. */
export function pickRecord(title: string): TestRecord | undefined {
  const record = records.get(title)
  records.delete(title)
  return record
}

let declared = 0

/** Says how many more tests there are than those of earlier files. */
export function declareTests(count: number): void {
  declared += count
}

/** How many tests the files of this check have, run or not. */
export function declaredTests(): number {
  return declared
}

let take: (result: TestResult) => void = () => {}

/** Says who gets the results of the tests that end from now on. */
export function collectInto(collector: (result: TestResult) => void): void {
  take = collector
  declared = 0
}

/** Hands over the result of one test. */
export function collect(result: TestResult): void {
  take(result)
}
