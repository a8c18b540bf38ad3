import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { shownPath } from '../../course/submission.ts'
import { refusalOf } from '../../errors/refusal.ts'
import type { ConversationEvent } from '../../harness/conversation.ts'
import { closeCheck, openCheck } from '../../harness/running-check.ts'
import type { Launch } from '../../program/launch.ts'
import { Standbys } from '../../program/standbys.ts'
import { SCRATCH } from '../../sandbox/cage.ts'
import { isNetworkWorn } from '../../sandbox/network.ts'
import { clearCages, watchCages } from '../../sandbox/watchdog.ts'
import type { Job } from '../job.ts'
import { toCagedLaunch } from '../prepares/caged-launch.ts'
import { compileTests, isCompileError } from '../prepares/compile.ts'
import { debuggable } from '../prepares/debuggable.ts'
import { inTheirWords, toLaunch, underNode } from '../prepares/launch.ts'
import { machineTrouble } from '../prepares/machine.ts'
import { killStrays, openRunFolder, type RunFolder } from '../prepares/run-folder.ts'
import { type CompileError, overall, type TestResult, VERDICT_VERSION, type Verdict } from '../verdict.ts'
import { loadJest, runHiddenTests } from './hidden-tests.ts'
import { decode, loadMessages } from './messages.ts'
import { toResult } from './result.ts'

/**
 * The judge: a process that takes jobs over its channel to the parent, one at a time, and answers
 * each with the results of the tests as they end and then with the verdict. Learners' programs are
 * its children and share nothing with it but TCP.
 */
export type FromJudge =
  | { kind: 'test'; result: TestResult }
  /** `spent`: something of this job is left behind, so this judge must not take another. */
  | { kind: 'verdict'; verdict: Verdict; spent: boolean }
  /** This test's turn has come. */
  | { kind: 'turn'; title: string }
  /** What has just happened in a test that is being debugged. */
  | { kind: 'event'; event: ConversationEvent }
  | { kind: 'warm' }

/** What a standby process loads first. */
const STANDBY_MAIN = new URL('standby-main.js', import.meta.url).href
/**
 * How many standbys are started for a first check, before it is known how many processes its tests
 * start: as many as 03 needs.
 */
const STANDBYS = 12
/**
 * How long a program may take in all, once something has failed, on a typical machine: each test
 * may wait for its whole deadline.
 */
const BUDGET_MS = 120_000
/**
 * How long compiling the tests takes on a typical machine: a slower machine gets longer deadlines.
 */
const COMPILE_MS = 250

/** Begins to serve the parent process. */
export function serve(): void {
  const folder = runFolder()
  if (typeof folder === 'string') refuseJobs(folder)
  else serveIn(folder)
}

function serveIn(folder: RunFolder): void {
  const leave = async () => {
    await closeCheck()
    killStrays(folder)
    process.exit(0)
  }
  let jobs = 0
  let standbys: Standbys | undefined
  const standBy = () => {
    const file = join(programFolder(join(folder.path, `${jobs + 1}`)), 'server.mjs')
    const count = standbys?.taken || STANDBYS
    void standbys?.close()
    standbys = new Standbys(underNode(file, { cwd: process.cwd(), tmp: folder.tmp }), STANDBY_MAIN, count)
    void standbys.fill()
  }
  process.on('message', async (message: Job | 'warm') => {
    if (message === 'warm') {
      loadJest()
      standBy()
      return tell({ kind: 'warm' })
    }
    jobs += 1
    standbys?.stopFilling()
    const verdict = await judge(message, folder, `${jobs}`, standbys)
    const spent = message.cage !== undefined && (!(await clearCages()) || isNetworkWorn())
    tell({ kind: 'verdict', verdict, spent })
    if (standbys) standBy()
  })
  // The terminal's Ctrl-C reaches us too, but the parent decides and hangs up, however it ended.
  process.on('SIGINT', () => {})
  process.on('disconnect', leave)
  process.on('SIGTERM', leave)
}

/** The judge's folder, or the sentence that says why there is none. */
function runFolder(): RunFolder | string {
  try {
    return openRunFolder(process.cwd())
  } catch (error) {
    const refusal = refusalOf(error)
    if (refusal === undefined) throw error
    return refusal
  }
}

/** Answers every job with the reason why none can be judged here. */
function refuseJobs(message: string): void {
  process.on('message', (job: Job | 'warm') => {
    if (job === 'warm') return tell({ kind: 'warm' })
    const { exercise, seed } = job
    const verdict: Verdict = {
      version: VERDICT_VERSION,
      exercise,
      verdict: 'error',
      message,
      seed,
      ms: 0,
      tests: [],
    }
    tell({ kind: 'verdict', verdict, spent: false })
  })
  process.on('SIGINT', () => {})
  process.on('disconnect', () => process.exit(0))
}

async function judge(job: Job, folder: RunFolder, id: string, standbys?: Standbys): Promise<Verdict> {
  const start = performance.now()
  const work = join(folder.path, id)
  const tests: TestResult[] = []
  const base = { version: VERDICT_VERSION, exercise: job.exercise, seed: job.seed } as const
  const ms = () => Math.round(performance.now() - start)
  const watchdog = job.cage && watchCages()
  try {
    const trouble = await machineTrouble()
    if (trouble !== undefined) return { ...base, verdict: 'error', message: trouble, ms: ms(), tests }
    mkdirSync(join(work, 'tests'), { recursive: true })
    const launching = () => launchOf(job, folder, work, standbys)
    // What was handed in may be slow to compile: it waits until compiling the tests has shown how
    // fast this machine is.
    const early = job.cage ? undefined : launching()
    early?.catch(() => {})
    const compiling = compileTests([job.tests, extraTests(job, work)], join(work, 'tests'))
    // The compiler is another process: Jest is loaded meanwhile.
    loadJest()
    await compiling
    const scale = Math.min(10, Math.max(1, ms() / COMPILE_MS))
    const launch = await (early ?? launching())
    if (isCompileError(launch)) {
      return { ...base, verdict: 'fail', message: launch.message, compileError: launch, ms: ms(), tests }
    }
    const onTurn = (title: string) => tell({ kind: 'turn', title })
    const caged = job.cage && { sparing: true, scratch: SCRATCH, budgetMs: BUDGET_MS * scale }
    const onEvent = (event: ConversationEvent) => tell({ kind: 'event', event })
    const watched = job.inspect !== undefined && { onEvent }
    const check = await openCheck({ ...job, ...caged, ...watched, launch, scale, onTurn })
    const messages = await loadMessages(join(work, 'tests'))
    await runHiddenTests(join(work, 'tests'), join(work, 'jest'), (raw) => {
      if (!check.isAsked(raw.title)) return
      const told = toResult(raw, check.recordOf(raw.title))
      const result = withTheirPath(messages ? decode(told, messages, job.subject) : told, job, work)
      tests.push(result)
      tell({ kind: 'test', result })
    })
    if (watchdog?.wasShortOfMemory) {
      const message = 'this machine was nearly out of memory, so the programs that ran were ended'
      return { ...base, verdict: 'error', message, ms: ms(), tests }
    }
    return {
      ...base,
      verdict: overall(tests, check.declared),
      ...explain(tests, check.declared),
      ms: ms(),
      tests,
    }
  } catch (error) {
    return {
      ...base,
      verdict: 'error',
      message: `${error instanceof Error ? error.stack : error}`,
      ms: ms(),
      tests,
    }
  } finally {
    await closeCheck()
    watchdog?.stop()
    killStrays(folder)
    rmSync(work, { recursive: true, force: true })
  }
}

/** The folder that the learner's file is compiled into. */
function programFolder(work: string): string {
  return join(work, 'program')
}

/** The same result, with the path of the learner's file as they know it. */
function withTheirPath(result: TestResult, { program, exercise }: Job, work: string): TestResult {
  if (program.kind !== 'file' && program.kind !== 'source') return result
  const theirs =
    program.kind === 'file' ? shownPath(process.cwd(), program.file) : join(exercise, program.name)
  const name = inTheirWords(programFolder(work), theirs)
  const { message, failure } = result
  return {
    ...result,
    stdout: name(result.stdout),
    stderr: name(result.stderr),
    ...(message !== undefined && { message: name(message) }),
    ...(failure && { failure: { ...failure, message: name(failure.message) } }),
  }
}

/** Writes the tests that came with the job to a folder, and returns it. */
function extraTests({ extraTests = {} }: Job, work: string): string {
  const folder = join(work, 'extra')
  mkdirSync(folder)
  for (const [name, text] of Object.entries(extraTests)) writeFileSync(join(folder, name), text)
  return folder
}

/** How the job's program is started: in a sandbox, if there is one. */
async function launchOf(
  { program, cage, ...job }: Job,
  { tmp }: RunFolder,
  work: string,
  standbys?: Standbys,
): Promise<Launch | CompileError> {
  const into = programFolder(work)
  if (cage && program.kind === 'source') return toCagedLaunch({ ...job, program }, program, cage, into)
  const launch = await toLaunch(program, { into, cwd: job.cwd, tmp })
  if (job.inspect !== undefined && !isCompileError(launch)) return debuggable(launch, program, job.inspect)
  if (isCompileError(launch) || !standbys?.areOf(launch)) return launch
  return { ...launch, standbys }
}

/** Why an exercise has no verdict, from the first test that had none. */
function explain(tests: readonly TestResult[], declared: number): { message?: string } {
  if (tests.length === 0) return { message: 'no hidden test ran' }
  const failed = tests.some((test) => test.verdict === 'fail')
  if (!failed && tests.length < declared)
    return { message: `${declared - tests.length} hidden tests did not run` }
  const error = tests.find((test) => test.verdict === 'error')
  return error?.message === undefined ? {} : { message: error.message }
}

function tell(message: FromJudge): void {
  process.send?.(message)
}
