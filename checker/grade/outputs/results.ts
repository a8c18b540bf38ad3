import type { GradeRecord, GradeVerdict } from '../store/record.ts'
import { countedTests } from './counted-tests.ts'
import { type Grades, isSandboxed, recordsIn } from './grades.ts'
import { othersWithSame, sameFiles } from './same-files.ts'
import { type Cell, hasTotal } from './scores.ts'

export const RESULTS_VERSION = 2

/** Everything for other programs, as JSON; the README of this folder documents every field. */
export function renderResults({ exercises, rows, policy, unplaced }: Grades): string {
  const learners = rows.map((row) => ({
    id: row.learner.id,
    name: row.learner.name,
    email: row.learner.email,
    total: hasTotal(row.score) ? row.score.total : null,
    earned: row.score.earned,
    due: row.learner.due,
    excused: row.learner.excused,
    adjust: row.learner.adjust,
    reason: row.learner.reason,
    comment: row.learner.comment,
    gone: row.learner.gone,
    sandboxed: isSandboxed(row),
    fileName: row.fileName,
  }))
  const othersOf = othersWithSame(sameFiles(rows.flatMap(recordsIn)))
  const results = rows.flatMap(({ score }) =>
    score.cells.flatMap((cell) => toResult(cell, cell.record ? othersOf(cell.record) : []) ?? []),
  )
  const verdicts = countVerdicts(rows.flatMap(recordsIn).map(({ verdict }) => verdict))
  return `${JSON.stringify({ version: RESULTS_VERSION, exercises, policy, verdicts, learners, results, unplaced })}\n`
}

function toResult({ record, score: points, lateDays, excused, history }: Cell, sameAs: readonly string[]) {
  if (!record) return undefined
  const { learner, exercise, verdict, reason, sandboxed, path, submittedAt, gradedAt, verdictJson, second } =
    record
  const tests = countedTests(record).map(({ title, verdict, other, shown: { code, message } }) => ({
    title,
    verdict,
    other,
    code,
    message,
  }))
  return {
    learner,
    exercise,
    verdict,
    score: scoreIn(record),
    points: excused ? null : scoreIn({ verdict, score: points }),
    lateDays,
    excused,
    reason,
    sandboxed,
    path,
    sameAs: sameAs.length > 0 ? sameAs : undefined,
    attempts: history?.map((each) => ({
      verdict: each.verdict,
      score: scoreIn(each),
      submittedAt: each.submittedAt,
      gradedAt: each.gradedAt,
    })),
    submittedAt,
    gradedAt,
    seed: verdictJson?.seed,
    second: second?.verdict,
    tests,
  }
}

/** What could not be judged has no score, and a 0 would be one. */
function scoreIn({ verdict, score }: Pick<GradeRecord, 'verdict' | 'score'>): number | null {
  return verdict === 'error' ? null : score
}

function countVerdicts(verdicts: readonly GradeVerdict[]): Record<GradeVerdict, number> {
  const counts = { pass: 0, fail: 0, flaky: 0, error: 0, skipped: 0 }
  for (const verdict of verdicts) counts[verdict] += 1
  return counts
}
