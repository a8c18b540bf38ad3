import { createInterface } from 'node:readline/promises'
import { printable } from '../progress.ts'
import type { Cell, Score } from './scores.ts'

/** A cell of the gradebook that would become another. */
export interface GradeChange {
  learner: string
  exercise: string
  before: string
  after: string
}

const MAX_LINES = 40

/** What was graded before and comes out differently now. Cells that had no result are no change. */
export function changesBetween(before: readonly Score[], after: readonly Score[]): GradeChange[] {
  const old = new Map(
    before.flatMap(({ learner, cells }) => cells.map((cell) => [`${learner}\n${cell.exercise}`, cell])),
  )
  return after.flatMap(({ learner, cells }) =>
    cells.flatMap((cell) => {
      const was = old.get(`${learner}\n${cell.exercise}`)
      if (!was?.record || was.record.verdict === 'skipped' || toText(was) === toText(cell)) return []
      return [{ learner, exercise: cell.exercise, before: toText(was), after: toText(cell) }]
    }),
  )
}

/** Learners whose total, of 100 points, would become another. */
export function totalChanges(before: readonly Score[], after: readonly Score[]): GradeChange[] {
  const old = new Map(before.map(({ learner, total }) => [learner, total]))
  return after.flatMap(({ learner, total }) => {
    const [was, is] = [old.get(learner), total].map((share) => ((share ?? 0) * 100).toFixed(1))
    if (!old.has(learner) || was === is) return []
    return [{ learner, exercise: 'of 100 points', before: `${was}`, after: `${is}` }]
  })
}

/** Shows the changes and asks whether they may replace what is there; `yes` answers for the facilitator. */
export async function agreeTo(changes: readonly GradeChange[], yes: boolean): Promise<boolean> {
  if (changes.length === 0) return true
  const rows = changes.map((each) => [printable(each.learner), each.exercise, each.before, '->', each.after])
  const widths = [0, 1, 2].map((i) => Math.min(30, Math.max(...rows.map((row) => row[i]?.length ?? 0))))
  console.log(
    `${changes.length} ${changes.length === 1 ? 'result differs' : 'results differ'} from the gradebook:`,
  )
  for (const row of rows.slice(0, MAX_LINES))
    console.log(`  ${row.map((text, i) => text.padEnd(widths[i] ?? 0)).join('  ')}`)
  if (rows.length > MAX_LINES) console.log(`  … and ${rows.length - MAX_LINES} more`)
  if (yes) return true
  if (!process.stdin.isTTY) return false
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  const answer = await terminal.question('Replace them? [y/N] ')
  terminal.close()
  return /^y(es)?$/i.test(answer.trim())
}

function toText({ record, score, lateDays }: Cell): string {
  const late = lateDays > 0 ? `, ${lateDays} ${lateDays === 1 ? 'day' : 'days'} late` : ''
  return `${record?.verdict ?? 'nothing'} ${score.toFixed(2)}${late}`
}
