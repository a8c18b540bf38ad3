import type { TestResult, Verdict } from '../../judge/verdict.ts'
import { likelyCause } from '../../report/causes.ts'
import { countedTests } from '../outputs/counted-tests.ts'
import { describeTerms } from '../outputs/describe-terms.ts'
import { recordsIn } from '../outputs/grades.ts'
import { othersWithSame, sameFiles } from '../outputs/same-files.ts'
import type { Cell } from '../outputs/scores.ts'
import type { GradeRecord } from '../store/record.ts'
import { type CohortFacts, nameOf } from './cohort.ts'
import { legible } from './legible.ts'
import { points, STATES } from './states.ts'

const LINE_CHARACTERS = 160
const MAX_NAMED = 12

/**
 * What the panel says about one cell. Texts are indexes into a list, as a cohort repeats them a
 * thousand times; a key with nothing to say is left out.
 */
interface Detail {
  reason?: number
  /** `5 of 6`. */
  passed?: number
  /** The first test that failed. */
  first?: { title: number; says?: number; cause?: number }
  /** Each other test that did not pass: its title, and its message. */
  others?: [number, number][]
  /** The outcome of each run, if two differ. */
  runs?: number[]
  lateDays?: number
  points?: number
  submittedAt?: string
  /** Where the file was, if not in the exercise's usual place. */
  path?: string
  wire?: string
  /** The page that shows the file. */
  source?: string
  /** Who else handed in the same file. */
  same?: number
  /** Each attempt, the last one last: its outcome, and the page that shows it. */
  history?: [said: number, source?: string][]
  bare?: true
}

/**
 * Everything that the panel can show: the names, the texts, and a row of details for each learner.
 */
export function panelData(cohort: CohortFacts): object {
  const texts = new Map<string, number>()
  const say = (text: string) => {
    const at = texts.get(text) ?? texts.size
    texts.set(text, at)
    return at
  }
  const withSame = othersWithSame(sameFiles(cohort.scores.flatMap((score) => recordsIn({ score }))))
  const nameById = new Map(cohort.learners.map((learner) => [learner.id, nameOf(learner)]))
  const others = (record: GradeRecord) => withSame(record).map((id) => nameById.get(id) ?? id)
  const facts = { ...cohort, others }
  const rows = cohort.scores.map(({ cells }) => cells.map((cell) => detailOf(cell, say, facts)))
  const names = cohort.learners.map((learner) => [legible(nameOf(learner), 80), legible(learner.id, 80)])
  const terms = cohort.learners.map((learner) => describeTerms(learner).map((text) => say(legible(text))))
  const words = Object.fromEntries(Object.values(STATES).map((look) => [look.letter, look.words]))
  const { feedback } = cohort
  return { names, terms, words, feedback, texts: [...texts.keys()], rows }
}

/** What a detail is made from besides its cell. */
type DetailFacts = Pick<CohortFacts, 'wireOf' | 'sourceOf'> & { others: (record: GradeRecord) => string[] }

function detailOf(
  cell: Cell,
  say: (text: string) => number,
  { wireOf, sourceOf, others }: DetailFacts,
): Detail {
  const { record, lateDays, score } = cell
  if (!record) return {}
  const shown = shownRun(record)
  const detail: Detail = { ...failuresOf(shown, say) }
  const wire = wireOf(record)
  // The reason for these is shown with the first test, and with the runs.
  const repeats = detail.first?.says !== undefined && /^(?:fail|flaky)$/.test(record.verdict)
  if (record.reason !== undefined && !repeats) detail.reason = say(legible(record.reason))
  if (shown && shown.tests.length > 0) {
    const passed = shown.tests.filter((test) => test.verdict === 'pass').length
    detail.passed = say(`${passed} of ${shown.tests.length}`)
  }
  if (differ(record)) detail.runs = runsOf(record).map((run) => say(outcomeOf(run)))
  if (lateDays > 0) detail.lateDays = lateDays
  // What could not be judged, or does not count, has no points: a 0 would mean something else.
  const counts = record.verdict !== 'error' && !cell.excused
  if (counts && (lateDays > 0 || record.verdict !== 'pass')) detail.points = points(score)
  if (record.submittedAt !== undefined) detail.submittedAt = minuteOf(record.submittedAt)
  if (record.path !== undefined) detail.path = legible(record.path, LINE_CHARACTERS)
  if (wire !== undefined) detail.wire = wire
  const source = sourceOf(record)
  if (source !== undefined) detail.source = source
  const same = others(record)
  if (same.length > 0) detail.same = say(listed(same))
  if (cell.history) {
    detail.history = cell.history.map((attempt) => {
      const page = sourceOf(attempt)
      return [say(attemptText(attempt)), ...(page === undefined ? [] : [page])] as [number, string?]
    })
  }
  if (!record.sandboxed) detail.bare = true
  return detail
}

/** `2027-01-31 12:00 UTC: failed, 50 of 100`. */
function attemptText({ verdict, score, submittedAt, gradedAt }: GradeRecord): string {
  const share = verdict === 'fail' ? `, ${points(score)} of 100` : ''
  const at = submittedAt === undefined ? `graded ${minuteOf(gradedAt)}` : minuteOf(submittedAt)
  return `${at}: ${STATES[verdict].words}${share}`
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMED).map((name) => legible(name, 40))
  const more = names.length > MAX_NAMED ? ` and ${names.length - MAX_NAMED} more` : ''
  return `${shown.join(', ')}${more}`
}

/** The run that says what was wrong: the first that failed. */
export function shownRun(record: GradeRecord): Verdict | undefined {
  return runsOf(record).find((run) => run.verdict === 'fail') ?? record.verdictJson
}

function runsOf({ verdictJson, second }: GradeRecord): Verdict[] {
  return [verdictJson, second].flatMap((run) => run ?? [])
}

function failuresOf(run: Verdict | undefined, say: (text: string) => number): Detail {
  const failed = (run?.tests ?? []).filter(({ verdict }) => verdict === 'fail' || verdict === 'error')
  const [first, ...rest] = failed
  if (!first) return {}
  const cause = likelyCause(first)
  return {
    first: {
      title: say(legible(first.title)),
      ...(first.message !== undefined && { says: say(legible(first.message)) }),
      ...(cause !== undefined && { cause: say(cause) }),
    },
    ...(rest.length > 0 && {
      others: rest.map((test) => [
        say(legible(test.title, LINE_CHARACTERS)),
        say(legible(test.message ?? test.verdict, LINE_CHARACTERS)),
      ]),
    }),
  }
}

/** True if two runs, or a test that both had, ended differently. */
function differ(record: GradeRecord): boolean {
  const [first, second] = runsOf(record)
  if (first === undefined || second === undefined) return false
  return first.verdict !== second.verdict || countedTests(record).some(({ other }) => other !== undefined)
}

/** `failed 2 of 6: answers a line; keeps clients apart`. */
function outcomeOf({ verdict, tests, message }: Verdict): string {
  const failed = tests.filter((test) => test.verdict === 'fail' || test.verdict === 'error')
  if (verdict === 'pass') return `passed all ${tests.length}`
  if (failed.length === 0) return `came to nothing: ${legible(message ?? verdict, LINE_CHARACTERS)}`
  const titles = failed.map(({ title }: TestResult) => legible(title, LINE_CHARACTERS)).join('; ')
  return `failed ${failed.length} of ${tests.length}: ${titles}`
}

/** `2027-01-31 12:00 UTC`. */
export function minuteOf(iso: string): string {
  return `${legible(iso.slice(0, 16)).replace('T', ' ')} UTC`
}
