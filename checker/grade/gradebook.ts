import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { GradeRecord, Learner } from './record.ts'
import type { Score } from './scores.ts'

/**
 * Writes everything that a facilitator takes away into the folder `out`. `records` holds the attempt that counts for each
 * learner and exercise, `scores` the points after weights and lateness. Text from submissions is untrusted.
 */
export async function writeGradebook(
  out: string,
  learners: readonly Learner[],
  exercises: readonly string[],
  records: readonly GradeRecord[],
  scores: readonly Score[],
): Promise<void> {
  mkdirSync(out, { recursive: true })
  const results = records.map(({ learner, exercise, verdict, score, verdictJson }) => {
    const tests = (verdictJson?.tests ?? []).map((test) => ({ title: test.title, verdict: test.verdict }))
    return { learner, exercise, verdict, score, tests }
  })
  const totals = scores.map(({ learner, total }) => ({ learner, total }))
  const aside = join(out, `results.json.${process.pid}`)
  writeFileSync(aside, JSON.stringify({ version: 1, exercises, learners, totals, results }))
  renameSync(aside, join(out, 'results.json'))
}
