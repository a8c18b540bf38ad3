import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Exercise } from '../course.ts'
import type { Job } from '../job.ts'
import { newSeed, toJob } from '../jobs.ts'
import type { TestResult, Verdict } from '../verdict.ts'
import type { Cage } from './cage.ts'
import type { Court } from './court.ts'
import type { Courts } from './courts.ts'
import type { GradeJob } from './job.ts'
import { packagesOf } from './packages.ts'
import { type GradeRecord, type GradeVerdict, RECORD_VERSION } from './record.ts'
import { slim } from './slim.ts'

/** What grading needs of the machine that it happens on. */
export interface Bench {
  root: string
  courts: Courts
  /** Absent where there is no sandbox. */
  cage?: Cage
}

/** What the runs of one file come to. */
interface Finding {
  verdict: GradeVerdict
  reason?: string
  first: Verdict
  second?: Verdict
}

/**
 * Grades one file: a pass is a pass; anything else is run once more, alone; and an odd end is the learner's only where the
 * solution of the exercise passes beside it.
 */
export async function gradeOne(job: GradeJob, exercise: Exercise, bench: Bench): Promise<GradeRecord> {
  const seed = newSeed()
  const toRun = (bytes: string) => runOf(bench, exercise, bytes, job.extraTests, seed)
  const first = await bench.courts.beside((court) => court.judge(toRun(job.bytes)))
  const finding = isSettled(first)
    ? settled(first)
    : await bench.courts.alone((court) =>
        again(court, first, toRun(job.bytes), toRun(solutionOf(bench.root, exercise))),
      )
  return toRecord(job, finding, bench.cage !== undefined)
}

/** True where a second run could only say the same: a pass, or a file that does not compile. */
function isSettled(verdict: Verdict): boolean {
  return verdict.verdict === 'pass' || verdict.verdict === 'skipped' || verdict.compileError !== undefined
}

function settled(first: Verdict): Finding {
  const { compileError, message } = first
  if (compileError)
    return {
      verdict: 'fail',
      reason: `line ${compileError.line} does not compile: ${compileError.message}`,
      first,
    }
  return { verdict: first.verdict, first, ...(message !== undefined && { reason: message }) }
}

async function again(court: Court, first: Verdict, job: Job, control: Job): Promise<Finding> {
  const second = await court.judge(job)
  const runs = { first, second }
  if (second.verdict === 'pass') {
    if (first.verdict === 'error') return { verdict: 'pass', first: second, second: first }
    return {
      verdict: 'flaky',
      reason: `failed, and passed when it was run again: ${complaint(first)}`,
      ...runs,
    }
  }
  if (isOdd(first) || isOdd(second)) {
    const known = await court.judge(control)
    if (known.verdict !== 'pass') {
      return {
        verdict: 'error',
        reason: `could not be judged: the exercise's own solution did not pass here (${complaint(known)})`,
        ...runs,
      }
    }
  }
  return { verdict: 'fail', reason: complaint(first.verdict === 'fail' ? first : second), ...runs }
}

/** An end that the machine may be to blame for. */
function isOdd({ verdict, tests }: Verdict): boolean {
  return (
    verdict === 'error' || tests.some((test) => test.verdict === 'error' || test.code === 'never-listened')
  )
}

/** The first thing that was wrong. */
function complaint({ tests, message, verdict }: Verdict): string {
  const failed =
    tests.find((test) => test.verdict === 'fail') ?? tests.find((test) => test.verdict === 'error')
  return failed ? `${failed.title}: ${failed.message}` : (message ?? verdict)
}

function runOf(
  bench: Bench,
  exercise: Exercise,
  bytes: string,
  extraTests: Job['extraTests'],
  seed: number,
): Job {
  const program = { kind: 'source', name: exercise.file, bytes, shipped: exercise.shipped } as const
  return {
    ...toJob(bench.root, exercise, program, seed),
    ...(extraTests && { extraTests }),
    ...(bench.cage && { cage: { ...bench.cage, packages: packagesOf(bench.root, exercise) } }),
  }
}

function solutionOf(root: string, exercise: Exercise): string {
  return readFileSync(join(root, 'solutions', exercise.name, exercise.file)).toString('base64')
}

function toRecord(
  job: GradeJob,
  { verdict, reason, first, second }: Finding,
  sandboxed: boolean,
): GradeRecord {
  return {
    version: RECORD_VERSION,
    learner: job.learner,
    exercise: job.exercise,
    verdict,
    score: verdict === 'pass' ? 1 : verdict === 'error' ? 0 : shareOf(first.tests, second?.tests),
    sandboxed,
    ...(reason !== undefined && { reason }),
    hash: job.hash,
    gradedAt: new Date().toISOString(),
    ...(job.submittedAt !== undefined && { submittedAt: job.submittedAt }),
    verdictJson: slim(first),
    ...(second && { second: slim(second) }),
  }
}

/** The share of the tests that passed in every run; of a test that only one run came to, that run counts. Never 1. */
function shareOf(first: readonly TestResult[], second: readonly TestResult[] = []): number {
  const counted = [...first, ...second].filter((test) => test.verdict !== 'skipped')
  const titles = new Set(counted.map((test) => test.title))
  const bad = new Set(counted.filter((test) => test.verdict !== 'pass').map((test) => test.title))
  if (titles.size === 0 || bad.size === 0) return 0
  return (titles.size - bad.size) / titles.size
}
