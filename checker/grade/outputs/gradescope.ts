import type { Outcome } from '../../judge/verdict.ts'
import { renderFailure } from '../../report/report.ts'
import { subjectOf } from '../checkout.ts'
import { type CountedTest, countedTests } from './counted-tests.ts'
import { describeTerms } from './describe-terms.ts'
import { FEEDBACK_VIEW, notJudged } from './feedback.ts'
import { type GradesRow, isSandboxed } from './grades.ts'
import { lateIn } from './lateness.ts'
import { plainText, withoutPaths, withoutPathsIn } from './plain-text.ts'
import { type Cell, hasTotal, isAllExcused, type Score } from './scores.ts'

const POINTS = 100
const DIGITS = 4

/** A test in Gradescope's results.json. */
interface GradescopeTest {
  name: string
  /**
   * These three are absent if the test could not be judged: one with points and no status is shown
   * as failed.
   */
  score?: number
  max_score?: number
  status?: 'passed' | 'failed'
  output: string
  output_format: 'text'
}

/**
 * One submission as Gradescope's results.json, out of 100 points. The exercises share them evenly,
 * and the tests of an exercise share its points; `score`, which Gradescope shows instead of their
 * sum, also accounts for weights and lateness.
 */
export function renderGradescope(row: GradesRow): string {
  const { cells, total } = row.score
  const counted = cells.filter(({ excused }) => !excused)
  const lines = [
    sentenceOn(row.score),
    ...describeTerms(row.learner).map(legible),
    ...lateIn(row.score),
    ...(isSandboxed(row) ? [] : ['Graded without a sandbox.']),
  ]
  const results = {
    ...(hasTotal(row.score) && { score: rounded(total * POINTS) }),
    output: lines.join('\n'),
    output_format: 'text',
    test_output_format: 'text',
    test_name_format: 'text',
    // Shown to learners once the grades are published.
    visibility: 'after_published',
    stdout_visibility: 'hidden',
    tests: cells.flatMap((cell) => testsOf(cell, POINTS / Math.max(1, counted.length))),
  }
  return `${JSON.stringify(results, null, 1)}\n`
}

function sentenceOn(score: Score): string {
  if (hasTotal(score)) return 'The score has weights, lateness and adjustments in it.'
  return isAllExcused(score)
    ? 'Excused: there is no score.'
    : 'Not everything could be judged: the score is not final.'
}

function testsOf({ exercise, record, excused }: Cell, points: number): GradescopeTest[] {
  if (excused) return [{ name: exercise, output: 'Excused: it does not count.', output_format: 'text' }]
  const judged = record?.verdict !== 'error'
  const tests = record ? countedTests(record) : []
  if (tests.length === 0) {
    const why = record && !judged ? notJudged(record) : record?.reason
    const output = legible(why ?? 'nothing was handed in')
    return [{ name: exercise, ...(judged && outcomeOf('fail', points)), output, output_format: 'text' }]
  }
  return tests.map((test) => ({
    name: legible(`${exercise}: ${test.title}`),
    ...(judged && outcomeOf(test.verdict, points / tests.length)),
    output: outputOf(test, exercise),
    output_format: 'text',
  }))
}

function outcomeOf(verdict: Outcome, points: number): Pick<GradescopeTest, 'score' | 'max_score' | 'status'> {
  if (verdict !== 'pass' && verdict !== 'fail') return {}
  const most = rounded(points)
  return verdict === 'pass'
    ? { score: most, max_score: most, status: 'passed' }
    : { score: 0, max_score: most, status: 'failed' }
}

function outputOf({ verdict, shown }: CountedTest, exercise: string): string {
  if (verdict === 'pass') return ''
  if (verdict !== 'fail') return 'This could not be judged. That is not about the program.'
  const about = { subject: subjectOf(exercise) }
  return plainText(renderFailure(withoutPathsIn(shown), about, FEEDBACK_VIEW))
}

function legible(text: string): string {
  return plainText(withoutPaths(text))
}

function rounded(points: number): number {
  return Number(points.toFixed(DIGITS))
}
