import type { TestRecord } from '../../harness/scenario.ts'

/** What the environment kept of each test that ended, by title, until its result is made of it. */
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

/** Begins to count anew. */
export function countTests(): void {
  declared = 0
}
