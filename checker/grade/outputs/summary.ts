import { type View, wrap } from '../../terminal/view.ts'
import { printable } from '../progress.ts'
import type { GradeRecord, GradeVerdict } from '../store/record.ts'
import { type CommonFailure, commonFailures } from './common-failures.ts'
import { describeTerms } from './describe-terms.ts'
import { type Grades, meanOf, recordsIn } from './grades.ts'
import { lateIn } from './lateness.ts'
import { exercisesOf, learnersOf, problemsIn } from './problems.ts'
import { sameFiles } from './same-files.ts'
import { hasTotal } from './scores.ts'
import { percent, renderTable } from './table.ts'

const VERDICTS: readonly GradeVerdict[] = ['pass', 'fail', 'flaky', 'error', 'skipped']
const MAX_LINES = 20
const MAX_NAMED = 8
const MAX_FAILURES = 5
const MAX_WAYS = 3
/** Columns for a count, with room to spare and without. */
const COUNT = 9
const NARROW_COUNT = 6

/**
 * The result of a run, for a terminal of `columns`: by learner, by exercise, what to explain, and
 * what to look at.
 */
export function summary(grades: Grades, view: View, columns: number, out: string): string {
  const present = { ...grades, rows: grades.rows.filter(({ learner }) => !learner.gone) }
  const records = present.rows.flatMap(recordsIn)
  const parts = [
    renderTable(grades, view, columns, `${out}/gradebook.csv`),
    renderCounts(grades.exercises, records, columns),
    renderCommonFailures(commonFailures(records), columns),
    renderProblems(present, columns),
    renderEmpty(present, columns),
    renderSameFiles(records, columns),
    renderLate(present, columns),
    renderTerms(grades, columns),
    renderMean(grades),
  ]
  return parts.filter((part) => part !== '').join('\n\n')
}

function renderMean({ rows }: Grades): string {
  const present = rows.filter(({ learner }) => !learner.gone)
  const counted = present.filter(({ score }) => hasTotal(score))
  const who = `${present.length} ${present.length === 1 ? 'learner' : 'learners'}`
  const some = counted.length < present.length ? `, of the ${counted.length} with a total` : ''
  return `${who}, ${percent(meanOf(rows))} % on average${some}`
}

/**
 * Learners with none of the files: their zip may be laid out differently, and then their zeros are
 * not a verdict.
 */
function renderEmpty(grades: Grades, columns: number): string {
  const empty = grades.rows
    .filter((row) => {
      const records = recordsIn(row)
      return records.length > 0 && records.every(({ reason }) => /^there is no/.test(reason ?? ''))
    })
    .map(({ learner }) => printable(learner.id))
  if (empty.length === 0) return ''
  const more = empty.length > MAX_LINES ? `, … and ${empty.length - MAX_LINES} more` : ''
  const names = `${empty.slice(0, MAX_LINES).join(', ')}${more}`
  return wrap(`nothing handed in that has an exercise's name, NN-name/server.ts: ${names}`, columns)
}

/** What came after its deadline, whatever that costs. */
function renderLate({ rows }: Grades, columns: number): string {
  const texts = rows.flatMap(({ learner, score }) => {
    const late = lateIn(score)
    return late.length === 0 ? [] : [`${learner.id}: ${late.join(', ')}`]
  })
  return listed('After the deadline:', texts, columns)
}

/** What the roster grants, to those it does: without it the total cannot be understood. */
function renderTerms({ rows }: Grades, columns: number): string {
  const texts = rows.flatMap(({ learner }) => {
    const terms = describeTerms(learner)
    return terms.length === 0 ? [] : [`${learner.id}: ${terms.join('; ')}`]
  })
  return listed('By the roster:', texts, columns)
}

/** Who handed in exactly the same file: to be looked at, whatever the reason is. */
function renderSameFiles(records: readonly GradeRecord[], columns: number): string {
  const texts = sameFiles(records).map(({ exercise, learners }) => {
    const more = learners.length > MAX_NAMED ? ` and ${learners.length - MAX_NAMED} more` : ''
    return `${exercise}: ${learners.slice(0, MAX_NAMED).join(', ')}${more}`
  })
  return listed('The very same file from several learners:', texts, columns)
}

/** A heading, and untrusted texts below it; empty if there are none. */
function listed(heading: string, texts: readonly string[], columns: number): string {
  if (texts.length === 0) return ''
  const lines = texts.slice(0, MAX_LINES).map((text) => wrap(printable(text), columns, '  '))
  const more = texts.length > MAX_LINES ? [`  … and ${texts.length - MAX_LINES} more`] : []
  return [heading, ...lines, ...more].join('\n')
}

/** One line per exercise: how many passed it, failed it, and so on. */
function renderCounts(
  exercises: readonly string[],
  records: readonly GradeRecord[],
  columns: number,
): string {
  const longest = Math.max(10, ...exercises.map((name) => name.length))
  const count = longest + VERDICTS.length * COUNT <= columns ? COUNT : NARROW_COUNT
  const width = Math.min(longest, Math.max(10, columns - VERDICTS.length * count))
  const counts = new Map<string, number>()
  for (const { exercise, verdict } of records) {
    const key = `${exercise} ${verdict}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  const rows = exercises.map((name) => {
    const cells = VERDICTS.map((verdict) => `${counts.get(`${name} ${verdict}`) ?? 0}`.padStart(count))
    return name.slice(0, width).padEnd(width) + cells.join('')
  })
  const heading = VERDICTS.map((verdict) =>
    (count < COUNT && verdict === 'skipped' ? 'skip' : verdict).padStart(count),
  ).join('')
  return [`${' '.repeat(width)}${heading}`, ...rows].join('\n')
}

function renderCommonFailures(failures: readonly CommonFailure[], columns: number): string {
  if (failures.length === 0) return ''
  const lines = failures.slice(0, MAX_FAILURES).flatMap(({ exercise, test, learners, judged, ways }) => {
    const fail = learners.length === 1 ? 'fails' : 'fail'
    const what = `${fail} ${test === undefined ? 'before the first test' : `"${printable(test)}"`}`
    const most = ways.slice(0, MAX_WAYS).map(({ how, learners }) => `${how} (${learners.length})`)
    const how = ways.length === 1 ? (ways[0]?.how ?? '') : most.join(', ')
    return [
      wrap(`${exercise}: ${learners.length} of ${judged} ${what}:`, columns, '  '),
      wrap(ways.length > MAX_WAYS ? `${how}, …` : how, columns, '      '),
    ]
  })
  return ['The most common failures:', ...lines].join('\n')
}

/** Each problem once, with the learners concerned. */
function renderProblems({ rows }: Grades, columns: number): string {
  const texts = problemsIn(rows).map((problem) => {
    const where = `${learnersOf(problem)}, ${exercisesOf(problem)}`
    return wrap(printable(`${problem.verdict}: ${where}: ${problem.reason}`), columns)
  })
  const more = texts.length > MAX_LINES ? [`… and ${texts.length - MAX_LINES} more`] : []
  return [...texts.slice(0, MAX_LINES), ...more].join('\n')
}
