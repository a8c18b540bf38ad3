import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Exercise, findExercise } from '../course/course.ts'
import { newSeed, toJob } from '../judge/asks/jobs.ts'
import type { JudgePool } from '../judge/asks/judge-pool.ts'
import type { Job } from '../judge/job.ts'
import type { TestResult, Verdict } from '../judge/verdict.ts'
import type { Cage } from '../sandbox/cage.ts'
import type { GradeJob } from './job.ts'
import { packagesOf } from './packages.ts'
import type { RunTimes } from './run-estimate.ts'
import { sha256 } from './store/address.ts'
import { type GradeRecord, type GradeVerdict, RECORD_VERSION } from './store/record.ts'
import { bare, slim } from './store/slim.ts'

/** What grading needs of the machine that it happens on. */
export interface Machine {
  root: string
  judges: Pick<JudgePool, 'beside' | 'alone'>
  /** Absent if there is no sandbox. */
  cage?: Cage
  /** Exercises, with the tests that they were given, whose solution has passed here. */
  proven: Set<string>
}

/** What is run: a file, and the modules beside it. */
type HandedIn = Pick<GradeJob, 'bytes' | 'beside'>

/** The outcome of the runs of one file. */
interface RunsFinding {
  verdict: GradeVerdict
  reason?: string
  first: Verdict
  second?: Verdict
}

/**
 * Grades one file. A pass is final, for a single test too; anything else is run once more, alone. A
 * failure counts as the learner's only if the solution of the exercise passes here; after an odd
 * end, only if it passes right after it.
 */
export async function gradeOne(job: GradeJob, machine: Machine, times?: RunTimes): Promise<GradeRecord> {
  const exercise = findExercise(machine.root, job.exercise)
  if ('near' in exercise) throw new Error(`${job.exercise} is not in this checkout`)
  const seed = newSeed()
  const toRun = (handed: HandedIn) => runOf(machine, exercise, handed, job.extraTests, seed)
  const run = toRun(job)
  const first = await machine.judges.beside((judge) => judge.judge(run))
  times?.first(exercise.name, first.ms, isSettled(first))
  if (isSettled(first)) return toRecord(job, settled(first), machine)
  const proof = sha256(JSON.stringify([exercise.name, job.extraTests]))
  let start = performance.now()
  const finding = await machine.judges.alone(async (judge) => {
    start = performance.now()
    const runAgain = async () => withoutSkipped(await judge.judge(again(run, first)))
    let second = await runAgain()
    // A fail counts as the learner's once two runs say so; a run that ended in an error says
    // nothing.
    if (first.verdict === 'fail' && second.verdict === 'error') second = await runAgain()
    if (second.verdict === 'pass') return findOut(first, second)
    const solution = toRun(solutionOf(machine.root, exercise))
    if (!machine.proven.has(proof)) {
      const control = await judge.judge(solution)
      if (control.verdict === 'pass') machine.proven.add(proof)
      return findOut(first, second, control)
    }
    // A solution that has passed here once must pass again only after an odd end, and only the test
    // concerned.
    const odd = [first, second].find(isOdd)
    return findOut(first, second, odd && (await judge.judge({ ...solution, ...oneTest(odd) })))
  })
  times?.second(exercise.name, performance.now() - start)
  return toRecord(job, finding, machine)
}

/**
 * The second run of a program that was judged: only the tests that it did not pass, until one fails
 * again. More need not be known: a test that failed once scores nothing, and a flaky program passes
 * all of them.
 */
function again(run: Job, { verdict, tests }: Verdict): Job {
  if (verdict !== 'fail') return run
  const passed = tests.filter((test) => test.verdict === 'pass').map((test) => test.title)
  return { ...run, except: passed, bail: true }
}

/** Without the tests whose turn did not come: the run says nothing about those. */
function withoutSkipped(verdict: Verdict): Verdict {
  return { ...verdict, tests: verdict.tests.filter((test) => test.verdict !== 'skipped') }
}

/**
 * True if a second run could only say the same: after a pass, or for a file that does not compile.
 */
function isSettled(verdict: Verdict): boolean {
  return verdict.verdict === 'pass' || verdict.verdict === 'skipped' || verdict.compileError !== undefined
}

function settled(first: Verdict): RunsFinding {
  const { verdict, compileError, message } = first
  const reason = compileError
    ? `line ${compileError.line} does not compile: ${compileError.message}`
    : message
  return { verdict, first, ...(reason !== undefined && { reason }) }
}

/** The outcome of two runs and, if it was needed, one of the solution. */
function findOut(first: Verdict, second: Verdict, control?: Verdict): RunsFinding {
  if (control && control.verdict !== 'pass') {
    const reason = `could not be judged: the exercise's own solution does not pass here (${complaint(control)})`
    return { verdict: 'error', reason, first, second }
  }
  if (first.verdict === 'fail' && second.verdict === 'error') {
    const reason = `could not be judged twice: it failed (${complaint(first)}), and two more runs came to nothing (${complaint(second)})`
    return { verdict: 'error', reason, first, second }
  }
  if (second.verdict !== 'pass') {
    return { verdict: 'fail', reason: complaint(first.verdict === 'fail' ? first : second), first, second }
  }
  // A run that ended in an error does not contradict one that passed.
  if (first.verdict === 'error') return { verdict: 'pass', first: second, second: first }
  const reason = `failed, and passed when it was run again alone: ${complaint(first)}`
  return { verdict: 'flaky', reason, first, second }
}

/** An end that the machine may be to blame for. */
function isOdd({ verdict, tests }: Verdict): boolean {
  return verdict === 'error' || tests.some(isOddTest)
}

/** The test that ended oddly; empty if no test was to blame. */
function oneTest({ tests }: Verdict): Pick<Job, 'only'> {
  const title = tests.find(isOddTest)?.title
  return title === undefined ? {} : { only: title }
}

function isOddTest({ verdict, code }: TestResult): boolean {
  return verdict === 'error' || code === 'never-listened'
}

/** The first thing that was wrong. */
function complaint({ tests, message, verdict }: Verdict): string {
  const failed =
    tests.find((test) => test.verdict === 'fail') ?? tests.find((test) => test.verdict === 'error')
  return failed ? `${failed.title}: ${failed.message}` : (message ?? verdict)
}

function runOf(
  machine: Machine,
  exercise: Exercise,
  { bytes, beside }: HandedIn,
  extraTests: Job['extraTests'],
  seed: number,
): Job {
  const { file: name, shipped } = exercise
  const program = { kind: 'source', name, bytes, ...(beside && { beside }), shipped } as const
  return {
    ...toJob(machine.root, exercise, program, seed),
    ...(extraTests && { extraTests }),
    ...(machine.cage && { cage: { ...machine.cage, packages: packagesOf(machine.root, exercise) } }),
  }
}

function solutionOf(root: string, exercise: Exercise): HandedIn {
  return { bytes: readFileSync(join(root, 'solutions', exercise.name, exercise.file)).toString('base64') }
}

function toRecord(
  job: GradeJob,
  { verdict, reason, first, second }: RunsFinding,
  { cage }: Machine,
): GradeRecord {
  return {
    version: RECORD_VERSION,
    learner: job.learner,
    exercise: job.exercise,
    verdict,
    score: verdict === 'pass' ? 1 : verdict === 'error' ? 0 : shareOf(first.tests, second?.tests),
    sandboxed: cage !== undefined,
    ...(reason !== undefined && { reason }),
    hash: job.hash,
    gradedAt: new Date().toISOString(),
    ...(job.submittedAt !== undefined && { submittedAt: job.submittedAt }),
    verdictJson: slim(first),
    // Of two runs that failed, the first is shown.
    ...(second && { second: first.verdict === 'fail' ? bare(second) : slim(second) }),
  }
}

/** The share of the tests that passed in every run that reached them. Never 1. */
function shareOf(first: readonly TestResult[], second: readonly TestResult[] = []): number {
  const counted = [...first, ...second].filter((test) => test.verdict !== 'skipped')
  const titles = new Set(counted.map((test) => test.title))
  const bad = new Set(counted.filter((test) => test.verdict !== 'pass').map((test) => test.title))
  if (titles.size === 0 || bad.size === 0) return 0
  return (titles.size - bad.size) / titles.size
}
