import type { TestResult } from '../../judge/verdict.ts'
import type { GradeRecord } from '../store/record.ts'

/** A test that several learners fail first: something to explain once to all. */
export interface CommonFailure {
  /** `03-echo`. */
  exercise: string
  /** Title of the first hidden test to fail; absent if the file was never run. */
  test?: string
  /** Ids of the learners whose first failure it is, in the order of the records. Untrusted text. */
  learners: string[]
  /**
   * How many learners' programs were judged in this exercise: read as `learners.length` of
   * `judged`.
   */
  judged: number
  /**
   * The ways in which it fails, the most frequent first; at least one. Their learners together are
   * those above, each once.
   */
  ways: FailureWay[]
}

/** One way of failing a test. */
export interface FailureWay {
  /** In a few words of ours, to follow a colon: "only a first part of the answer comes". */
  how: string
  learners: string[]
}

/**
 * What a cohort gets wrong, the most frequent first and equals in the order of the course.
 * `records` are the attempts that count, one per learner and exercise. Counts only each learner's
 * first failure, as the others often follow from it, and only files that fail: a flaky file, or one
 * that could not be judged, says nothing certain.
 */
export function commonFailures(records: readonly GradeRecord[]): CommonFailure[] {
  const judged = new Map<string, number>()
  const failures = new Map<string, CommonFailure>()
  for (const record of records) {
    const { exercise, verdict } = record
    if (verdict === 'error' || verdict === 'skipped') continue
    judged.set(exercise, (judged.get(exercise) ?? 0) + 1)
    if (verdict === 'fail') count(record, failures)
  }
  for (const failure of failures.values()) {
    failure.judged = judged.get(failure.exercise) ?? 0
    failure.ways.sort((a, b) => b.learners.length - a.learners.length)
  }
  return [...failures.values()].sort(
    (a, b) =>
      b.learners.length - a.learners.length ||
      (a.exercise < b.exercise ? -1 : a.exercise > b.exercise ? 1 : 0),
  )
}

/** The first hidden test to fail in a record, in whichever run it did. */
export function firstFailure({ verdictJson, second }: GradeRecord): TestResult | undefined {
  const tests = [...(verdictJson?.tests ?? []), ...(second?.tests ?? [])]
  return tests.find((test) => test.verdict === 'fail')
}

function count(record: GradeRecord, failures: Map<string, CommonFailure>): void {
  const { exercise, learner } = record
  const failed = firstFailure(record)
  const compiles = record.verdictJson?.compileError === undefined
  if (!failed && compiles) return
  const key = `${exercise}\n${failed?.title ?? ''}`
  const failure: CommonFailure = failures.get(key) ?? {
    exercise,
    ...(failed && { test: failed.title }),
    learners: [],
    judged: 0,
    ways: [],
  }
  failures.set(key, failure)
  failure.learners.push(learner)
  const how = failed ? wayOf(failed) : wayOfFile(record)
  const way = failure.ways.find((each) => each.how === how)
  if (way) way.learners.push(learner)
  else failure.ways.push({ how, learners: [learner] })
}

/** A package is refused just as a file that does not compile, but it is not a slip of the pen. */
function wayOfFile({ reason = '' }: GradeRecord): string {
  return reason.includes('" is a package:') ? 'it imports a package' : 'it does not compile'
}

/** How an answer is wrong says more than that it is. */
function wayOf({ code, failure }: TestResult): string {
  return NEAR_MISSES.get(failure?.nearMiss ?? '') ?? CODES.get(code ?? '') ?? 'it fails in another way'
}

const NEAR_MISSES = new Map(
  Object.entries({
    crlf: 'the line ending differs',
    trimmed: 'white space is missing',
    'added-newline': 'a line feed is added',
    'unfinished-line': 'a line comes without its line feed',
    prefix: 'only a first part of the answer comes',
    doubled: 'the answer comes twice',
    replacement: 'bytes that are not UTF-8 are lost',
    foreign: "it sends another client's bytes",
  }),
)

/** By `FailureCode`. */
const CODES = new Map(
  Object.entries({
    'never-listened': 'it never listens',
    'wrong-port': 'it listens on another port',
    'wrong-interface': 'it listens on another address',
    exited: 'the process ends',
    refused: 'a connection is refused',
    accepted: 'a connection is accepted',
    ended: 'it ends the connection too early',
    reset: 'it resets the connection',
    'not-reset': 'it does not reset the connection',
    silent: 'nothing comes',
    'not-ended': 'it does not end the connection',
    'not-read': 'it does not read what is sent',
    'wrong-bytes': 'other bytes come',
    'extra-bytes': 'too many bytes come',
    'too-early': 'it answers too early',
    'too-late': 'it answers too late',
    'no-time': 'no time is left for it',
    'foreign-bytes': "it sends another client's bytes",
    sockets: 'sockets stay open',
    files: 'files stay open',
    hidden: 'it hides what it has open',
    memory: 'it uses too much memory',
    cpu: 'it uses too much processor time',
    'no-rest': 'it does not rest',
    imports: 'it imports what it may not',
    'still-running': 'the process does not end',
    'exit-code': 'the exit code is another',
    stderr: 'stderr says something else',
    'wrong-value': 'a value is another',
  }),
)
