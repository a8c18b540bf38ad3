import { join } from 'node:path'
import type { JudgeSlot } from '../judge/asks/judge-slot.ts'
import type { Job } from '../judge/job.ts'
import type { TestResult, Verdict } from '../judge/verdict.ts'
import { gradeOne, type Machine } from './grade-one.ts'
import type { GradeJob } from './job.ts'

const root = join(import.meta.dirname, '..', '..')
const job: GradeJob = {
  version: 1,
  learner: 'alice',
  exercise: '03-echo',
  bytes: Buffer.from('handed in').toString('base64'),
  extraTests: {},
  hash: 'address',
}

function test1(title: string, verdict: TestResult['verdict'], code?: string): TestResult {
  const message = verdict === 'pass' ? {} : { message: `it ${verdict}s` }
  return {
    title,
    verdict,
    ms: 1,
    conversation: [],
    stdout: '',
    stderr: '',
    ...message,
    ...(code && { code }),
  }
}

function verdictOf(verdict: Verdict['verdict'], tests: TestResult[], more: Partial<Verdict> = {}): Verdict {
  return { version: 1, exercise: '03-echo', verdict, seed: 1, ms: 1, tests, ...more }
}

const PASS = verdictOf('pass', [test1('a', 'pass'), test1('b', 'pass')])
const HALF = verdictOf('fail', [test1('a', 'pass'), test1('b', 'fail', 'wrong-bytes')])
const OTHER_HALF = verdictOf('fail', [test1('a', 'fail', 'silent'), test1('b', 'pass')])
const SILENT = verdictOf('fail', [test1('a', 'fail', 'never-listened'), test1('b', 'fail', 'never-listened')])
const DIED = verdictOf('error', [], { message: "the checker's own process was killed by SIGKILL" })

/**
 * Grades with judges that return given verdicts: these in turn for the file that was handed in, and
 * another for the solution.
 */
async function graded(runs: Verdict[], solution = PASS, proven = new Set<string>()) {
  const left = [...runs]
  const log: string[] = []
  const asked: Pick<Job, 'except' | 'bail' | 'only'>[] = []
  const judge = (manner: string) =>
    ({
      judge: async ({ program, except, bail, only }: Job) => {
        asked.push({ ...(except && { except }), ...(bail && { bail }), ...(only && { only }) })
        const handedIn = program.kind === 'source' && program.bytes === job.bytes
        log.push(`${handedIn ? 'file' : 'solution'} ${manner}`)
        return handedIn ? (left.shift() ?? DIED) : solution
      },
    }) as unknown as JudgeSlot
  const machine: Machine = {
    root,
    judges: { beside: (work) => work(judge('beside')), alone: (work) => work(judge('alone')) },
    proven,
  }
  const record = await gradeOne(job, machine)
  return { record, log, asked, machine }
}

test('a pass is a pass, after one run', async () => {
  const { record, log } = await graded([PASS])
  expect(record).toMatchObject({
    verdict: 'pass',
    score: 1,
    learner: 'alice',
    hash: 'address',
    sandboxed: false,
  })
  expect(log).toEqual(['file beside'])
})

test('a fail is run once more, alone, and scored by the tests that passed in each run that came to them', async () => {
  const { record, log } = await graded([HALF, HALF])
  expect(record).toMatchObject({ verdict: 'fail', score: 0.5, reason: 'b: it fails' })
  expect(log).toEqual(['file beside', 'file alone', 'solution alone'])
  expect((await graded([HALF, OTHER_HALF])).record).toMatchObject({ verdict: 'fail', score: 0 })
})

test('runs that disagree are flaky, and no pass', async () => {
  const { record, log } = await graded([HALF, PASS])
  expect(record).toMatchObject({ verdict: 'flaky', score: 0.5 })
  expect(log).toEqual(['file beside', 'file alone'])
})

test('a second run has the tests that were not passed until one fails again, and all where the first came to nothing', async () => {
  expect((await graded([HALF, HALF])).asked).toEqual([{}, { except: ['a'], bail: true }, {}])
  expect((await graded([DIED, PASS])).asked).toEqual([{}, {}])
})

test('a second run says nothing of the tests whose turn did not come', async () => {
  const ended = verdictOf('fail', [test1('a', 'fail', 'silent'), test1('b', 'skipped')])
  const { record } = await graded([SILENT, ended])
  expect(record.second?.tests.map(({ title }) => title)).toEqual(['a'])
})

test('a file that does not compile is not run again', async () => {
  const compileError = { message: 'Unexpected "}"', file: 'server.ts', line: 3, column: 0, text: '}' }
  const { record, log } = await graded([verdictOf('fail', [], { compileError })])
  expect(record).toMatchObject({
    verdict: 'fail',
    score: 0,
    reason: 'line 3 does not compile: Unexpected "}"',
  })
  expect(log).toEqual(['file beside'])
})

test('an odd end is the learner’s where the solution passes beside it', async () => {
  for (const runs of [
    [SILENT, SILENT],
    [DIED, DIED],
    [DIED, HALF],
    [HALF, DIED, HALF],
  ]) {
    const { record, log } = await graded(runs)
    expect(record.verdict).toBe('fail')
    expect(log.at(-1)).toBe('solution alone')
  }
})

test('the solution is judged whole once, and then beside an odd end only, by the test that ended so', async () => {
  const { machine } = await graded([HALF, HALF])
  const { log, asked } = await graded([SILENT, SILENT], PASS, machine.proven)
  expect((await graded([HALF, HALF], PASS, machine.proven)).log).toEqual(['file beside', 'file alone'])
  expect(log.at(-1)).toBe('solution alone')
  expect(asked.at(-1)).toEqual({ only: 'a' })
})

test('a fail that no second run confirms is nobody’s', async () => {
  const { record } = await graded([HALF, DIED, DIED])
  expect(record).toMatchObject({ verdict: 'error', score: 0 })
  expect(record.reason).toContain('two more runs came to nothing')
})

test('an odd end is nobody’s where the solution does not pass', async () => {
  for (const runs of [
    [SILENT, SILENT],
    [DIED, DIED],
  ]) {
    const { record } = await graded(runs, DIED)
    expect(record).toMatchObject({ verdict: 'error', score: 0 })
  }
})

test('a judge that died is no run: the next one counts', async () => {
  expect((await graded([DIED, PASS])).record).toMatchObject({ verdict: 'pass', score: 1 })
})

test('evidence is kept of what failed only', async () => {
  const conversation = [{ at: 1, kind: 'ready' as const }]
  const tests = [test1('a', 'pass'), test1('b', 'fail', 'silent')].map((test) => ({ ...test, conversation }))
  const { record } = await graded([verdictOf('fail', tests), HALF])
  expect(record.verdictJson?.tests.map((test) => test.conversation.length)).toEqual([0, 1])
})
