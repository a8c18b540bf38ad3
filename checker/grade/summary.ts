import { printable } from './progress.ts'
import type { GradeRecord, GradeVerdict } from './record.ts'
import type { Score } from './scores.ts'

const VERDICTS: readonly GradeVerdict[] = ['pass', 'fail', 'flaky', 'error', 'skipped']
const MOST_LINES = 20

/** What a run came to, for the terminal: a line an exercise, and what a facilitator has to look at. */
export function summary(
  exercises: readonly string[],
  records: readonly GradeRecord[],
  scores: readonly Score[],
): string {
  const width = Math.max(10, ...exercises.map((name) => name.length))
  const rows = exercises.map((name) => {
    const own = records.filter((record) => record.exercise === name)
    const counts = VERDICTS.map((verdict) =>
      `${own.filter((record) => record.verdict === verdict).length}`.padStart(9),
    )
    return name.padEnd(width) + counts.join('')
  })
  const mean = scores.reduce((sum, score) => sum + score.total, 0) / Math.max(1, scores.length)
  const odd = records.filter(({ verdict }) => verdict === 'flaky' || verdict === 'error')
  const refused = records.filter(
    ({ verdict, reason }) => verdict === 'skipped' && !/^there is no|is as it came$/.test(reason ?? ''),
  )
  return [
    `${' '.repeat(width)}${VERDICTS.map((verdict) => verdict.padStart(9)).join('')}`,
    ...rows,
    '',
    ...listed([...odd, ...refused]),
    `${scores.length} learners, ${Math.round(mean * 100)} % on average`,
  ].join('\n')
}

/** A line each, and one for a submission of which every exercise has the same to say. */
function listed(records: readonly GradeRecord[]): string[] {
  const lines = new Map<string, GradeRecord[]>()
  for (const record of records) {
    const key = `${record.verdict}: ${record.learner}: ${record.reason ?? ''}`
    lines.set(key, [...(lines.get(key) ?? []), record])
  }
  const texts = [...lines.values()].map(([first, ...others]) => {
    if (!first) return ''
    const what = others.length > 0 ? `${others.length + 1} exercises` : first.exercise
    return printable(`${first.verdict}: ${first.learner}, ${what}: ${first.reason ?? ''}`)
  })
  const more = texts.length > MOST_LINES ? [`… and ${texts.length - MOST_LINES} more`] : []
  return texts.length === 0 ? [] : [...texts.slice(0, MOST_LINES), ...more, '']
}
