import type { CompileError } from '../../judge/verdict.ts'
import { renderTest, renderVerdict } from '../../report/report.ts'
import { mark, type View, wrap } from '../../terminal/view.ts'
import { subjectOf } from '../checkout.ts'
import type { GradeRecord, GradeVerdict, Learner } from '../store/record.ts'
import { describePolicy } from './describe-policy.ts'
import { describeTerms } from './describe-terms.ts'
import type { GradesRow } from './grades.ts'
import { lateText } from './lateness.ts'
import { plainText, withoutPaths, withoutPathsIn } from './plain-text.ts'
import { type Cell, isAllExcused, type Policy, type Score } from './scores.ts'

/** Plain text that any editor and any mail program shows alike. */
export const FEEDBACK_VIEW: View = { width: 78, color: false, unicode: false }

/**
 * What a learner gets back: their points, and for each exercise what `npm run check` would have
 * told them. Nothing about anyone else.
 */
export function renderFeedback({ learner, score }: GradesRow, policy: Policy): string {
  const who = learner.name === undefined ? learner.id : `${learner.name} (${learner.id})`
  const count = `${score.cells.length} ${score.cells.length === 1 ? 'exercise' : 'exercises'}`
  const parts = [
    wrap(`Feedback for ${plainText(oneLine(who))}`, FEEDBACK_VIEW.width),
    pointsOf(score, count),
    score.cells.map(lineOf).join('\n'),
    ...termsOf(learner),
    describePolicy(policy)
      .map((sentence) => wrap(sentence, FEEDBACK_VIEW.width))
      .join('\n'),
    ...score.cells.flatMap(sectionOf),
  ]
  return `${parts.join('\n\n')}\n`
}

function pointsOf(score: Score, count: string): string {
  if (isAllExcused(score)) return `No points: excused from ${count}`
  if (score.unjudged !== undefined) return `No points yet: ${score.unjudged} of ${count} could not be judged`
  return `${percent(score.total)} of 100 points for ${count}${adjustmentOf(score)}`
}

/** `, 50 before the adjustment`. */
function adjustmentOf({ earned }: Score): string {
  return earned === undefined ? '' : `, ${percent(earned)} before the adjustment`
}

/** What the roster grants, in words that the learner may read. */
function termsOf(learner: Learner): string[] {
  const lines = describeTerms(learner).map((text) =>
    wrap(plainText(`${text[0]?.toUpperCase()}${text.slice(1)}`), FEEDBACK_VIEW.width),
  )
  return lines.length === 0 ? [] : [lines.join('\n')]
}

/** A line of the overview: the exercise, its score, and how it came about. */
function lineOf({ exercise, score, lateDays, record, excused }: Cell): string {
  if (excused) return ` ${WORDS.skipped} ${exercise.padEnd(16)}       excused: it does not count`
  const verdict = record?.verdict ?? 'skipped'
  const own = verdict === 'error' ? '  -' : `${percent(score).padStart(3)} %`
  const late = lateDays > 0 ? `  ${lateText(lateDays)}` : ''
  const before = record?.score ?? score
  const lost = late !== '' && before !== score ? `: ${percent(before)} % before that` : ''
  return ` ${WORDS[verdict]} ${exercise.padEnd(16)} ${own}${late}${lost}`
}

const WORDS: Readonly<Record<GradeVerdict, string>> = {
  pass: mark(FEEDBACK_VIEW, 'pass'),
  fail: mark(FEEDBACK_VIEW, 'fail'),
  flaky: 'flaky',
  error: 'error',
  skipped: mark(FEEDBACK_VIEW, 'skipped'),
}

const FLAKY = 'Two runs of the same file disagreed, which never counts as a pass. The run that failed:'

/** A path or address, which may belong to the grader's machine. */
const ADDRESS = /(?:^|[\s'"(])[/\\]|:\/\//

/**
 * Why it could not be read, which the learner may be able to mend; but not what went wrong in a
 * run.
 */
export function notJudged({ hash, verdictJson, reason = '' }: GradeRecord): string {
  const isTold = hash === '' && !verdictJson && reason !== '' && !ADDRESS.test(reason)
  const why = isTold ? `: ${reason}` : ''
  return `This could not be judged${why}. That is not about your program; ask whoever grades.`
}

function sectionOf({ record, excused }: Cell): string[] {
  if (!record || (excused && record.verdict === 'skipped')) return []
  const { exercise, verdict, reason = '', verdictJson } = record
  const title = `-- ${exercise} `.padEnd(FEEDBACK_VIEW.width, '-')
  const say = (text: string) => wrap(plainText(oneLine(withoutPaths(text))), FEEDBACK_VIEW.width)
  if (verdict === 'error') return [title, say(notJudged(record))]
  if (verdict === 'skipped') return [title, say(`Nothing was run: ${reason}.`)]
  if (verdictJson?.compileError) return [title, compileErrorOf(verdictJson.compileError)]
  const run = failedRun(record)
  if (!run) return [title, say(reason)]
  const tests = run.tests.map(withoutPathsIn)
  const lines = tests.map((test) => renderTest(test, FEEDBACK_VIEW)).join('\n')
  const about = { subject: subjectOf(exercise) }
  const report = renderVerdict({ ...run, tests }, about, FEEDBACK_VIEW)
  const before = verdict === 'flaky' ? [say(FLAKY)] : []
  return [title, ...before, plainText(lines), plainText(report)]
}

/** The run to show: the first, unless only the second failed. */
function failedRun({ verdictJson, second }: GradeRecord) {
  return second?.verdict === 'fail' && verdictJson?.verdict !== 'fail' ? second : verdictJson
}

/** The learner's line as the compiler saw it: no file of this machine is read for it. */
function compileErrorOf({ message, file, line, column, text }: CompileError): string {
  const name = file.split('/').at(-1) ?? file
  const spelled = plainText(oneLine(text.replaceAll('\t', ' ')))
  const room = FEEDBACK_VIEW.width - 9
  return [
    wrap(`${plainText(oneLine(name))}:${line} does not compile, so nothing was tested:`, FEEDBACK_VIEW.width),
    wrap(plainText(withoutPaths(message)), FEEDBACK_VIEW.width, '  '),
    `  ${`${line}`.padStart(5)}  ${spelled.slice(0, room)}`,
    ...(column < room ? [`${' '.repeat(9 + column)}^`] : []),
  ].join('\n')
}

function percent(share: number): string {
  return `${Math.floor(share * 100 + 1e-6)}`
}

function oneLine(text: string): string {
  const [first = '', ...more] = text.split(/[\r\n]/)
  return more.length === 0
    ? text
    : [first.trimEnd(), ...more.map((line) => line.trim()).filter(Boolean)].join(' ')
}
