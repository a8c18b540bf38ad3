import { homedir } from 'node:os'
import { gradesFrom, HOSTILE } from '../../testing/cohort/grades.ts'
import { brokenFile, failing, missing, passing } from '../../testing/cohort/records.ts'
import { CHECKOUT } from '../checkout.ts'
import type { GradeRecord } from '../store/record.ts'
import { renderFeedback } from './feedback.ts'
import type { GradesRow } from './grades.ts'
import { renderGradescope } from './gradescope.ts'
import { withoutPaths } from './plain-text.ts'
import { PLAIN_POLICY, type Policy } from './scores.ts'

function rowOf(records: GradeRecord[], policy: Partial<Policy> = {}): GradesRow {
  const [row] = gradesFrom([{ id: 'alice', name: 'Alice Example' }], records, policy).rows
  if (!row) throw new Error('no row')
  return row
}

function feedbackOf(records: GradeRecord[], policy: Partial<Policy> = {}): string {
  return renderFeedback(rowOf(records, policy), { ...PLAIN_POLICY, ...policy })
}

const TWO = [
  { title: 'echoes a line', code: 'silent', stderr: 'Error: gone\n' },
  { title: 'ends when the client ends', code: 'not-ended' },
]

test('the first failure is told whole, the others a line each, and what passed too', () => {
  const text = feedbackOf([failing('alice', '03-echo', TWO), passing('alice', '01-listen')])

  expect(text).toContain('Feedback for Alice Example (alice)')
  expect(text).toContain('66 of 100 points for 2 exercises')
  expect(text).toMatch(/^ ok {4}01-listen +100 %$/m)
  expect(text).toMatch(/^ FAIL {2}03-echo +33 %$/m)
  expect(text).toMatch(/^ ok {4}starts +20 ms$/m)
  expect(text).toContain('The server should answer alice, but sent nothing.')
  expect(text).toContain('--> connects from')
  expect(text).toContain('err Error: gone')
  expect(text).toContain('\n FAIL  ends when the client ends')
  expect(text.split('\n').filter((line) => line.length > 78)).toEqual([])
})

test('says how late, and what that took', () => {
  const record = { ...passing('alice', '03-echo'), submittedAt: '2027-02-02T11:00:00Z' }
  const late = { graceMinutes: 0, perDay: 0.1, floor: 0 }

  expect(feedbackOf([record], { deadline: '2027-01-31T12:00:00Z', late })).toMatch(
    /03-echo +80 % {2}2 days late: 100 % before that/,
  )
})

test('says by which policy the points were given', () => {
  const late = { graceMinutes: 15, perDay: 0.1, floor: 0.5 }
  const policy = { deadline: '2027-01-31T22:59:00.000Z', late, weights: { '03-echo': 2 } }
  const text = feedbackOf([passing('alice', '03-echo')], policy).replace(/\s+/g, ' ')

  expect(text).toContain(
    'Deadline: 2027-01-31 22:59 UTC. Late work loses 10 % of its points for each day that has begun, down to 50 % of them. 15 minutes after it still count as in time.',
  )
  expect(text).toContain('Of several files for an exercise the last one counts.')
  expect(text).toContain('Weights: 03-echo 2; 1 for the others.')
})

test('a deadline alone marks what is late, and costs nothing', () => {
  const record = { ...passing('alice', '03-echo'), submittedAt: '2027-02-02T11:00:00Z' }
  const text = feedbackOf([record], { deadline: '2027-01-31T12:00:00Z' })

  expect(text).toMatch(/03-echo +100 % {2}2 days late/)
  expect(text).toContain('Late work is marked and loses no points.')
})

test('an exercise without a run says why', () => {
  expect(feedbackOf([missing('alice', '03-echo')])).toContain(
    'Nothing was run: there is no 03-echo/server.ts.',
  )
  const error = { ...failing('alice', '03-echo', TWO), verdict: 'error', reason: 'no port' } as const
  expect(feedbackOf([error])).toContain('That is not about your program')
  expect(feedbackOf([error])).not.toContain('should answer')
})

test.each([
  ['the submission cannot be read: work.zip is damaged', true],
  ["the submission cannot be read: fatal: '/home/ann/bo' does not appear to be a git repository", false],
  ["the submission cannot be read: fatal: unable to access 'https://git.example/bo.git/'", false],
])('why it could not be read is told, unless it names a place of whoever grades: %s', (reason, isTold) => {
  const text = feedbackOf([{ ...missing('alice', '03-echo'), verdict: 'error', reason }])

  expect(text).toContain('This could not be judged')
  expect(text.replace(/\s+/g, ' ').includes(reason)).toBe(isTold)
})

test('a file that does not compile is shown as the compiler saw it', () => {
  const text = feedbackOf([brokenFile('alice', '03-echo')])

  expect(text).toContain('server.ts:3 does not compile, so nothing was tested:\n  Expected identifier')
  expect(text).toContain('      3  const = 1\n             ^')
})

test('no file of this machine is read for it', () => {
  const record = brokenFile('alice', '03-echo')
  const error = record.verdictJson?.compileError
  if (error) error.file = `${CHECKOUT}/package.json`

  expect(feedbackOf([record])).not.toContain('accept-loop')
})

test('nothing in it is obeyed by a terminal, or names a place on this machine', () => {
  const failed = HOSTILE.map((text) => ({
    title: text.replaceAll('\n', ' '),
    code: 'silent',
    message: `${text} ${CHECKOUT}/checker/x.ts`,
    stderr: `${text}\n at file://${CHECKOUT}/.workshop/run/12-ab/1/program/server.mjs:1:1 in ${homedir()}/x\n`,
  }))
  const row = rowOf(failed.map((each) => failing('alice', '03-echo', [each])))
  for (const text of [renderFeedback(row, PLAIN_POLICY), JSON.parse(renderGradescope(row)).tests[1].output]) {
    expect(text).not.toMatch(/[^\P{C}\n]/u)
    expect(text).not.toContain(CHECKOUT)
    expect(text).not.toContain(`${homedir()}/`)
    expect(text).not.toContain('.workshop')
  }
})

test('a path in a run folder is a name, and a word of a hundred thousand slashes costs no time', () => {
  expect(
    withoutPaths(
      "at file:///tmp/a/.workshop/run/12-ab/1/program/server.mjs:1:1, in '/x/.workshop/run/3/y.ts'",
    ),
  ).toBe("at server.mjs:1:1, in 'y.ts'")
  const cpu = process.cpuUsage()
  withoutPaths(`./${'/'.repeat(200_000)}`)
  expect(process.cpuUsage(cpu).user / 1000).toBeLessThan(1000)
})

test('Gradescope gets points for tests, and the score after lateness', () => {
  const record = { ...failing('alice', '03-echo', TWO), submittedAt: '2027-02-01T11:00:00Z' }
  const late = { graceMinutes: 0, perDay: 0.5, floor: 0 }
  const row = rowOf([record, missing('alice', '07-frames')], { deadline: '2027-01-31T12:00:00Z', late })
  const results = JSON.parse(renderGradescope(row))

  expect(results).toMatchObject({ score: 8.3333, visibility: 'after_published' })
  expect(results.output).toContain('03-echo: 1 day late')
  expect(results.tests).toMatchObject([
    { name: '03-echo: starts', score: 16.6667, max_score: 16.6667, status: 'passed', output_format: 'text' },
    { name: '03-echo: echoes a line', score: 0, max_score: 16.6667, status: 'failed' },
    { name: '03-echo: ends when the client ends', score: 0, status: 'failed' },
    {
      name: '07-frames',
      score: 0,
      max_score: 50,
      status: 'failed',
      output: 'there is no 07-frames/server.ts',
    },
  ])
})

test('what could not be judged is neither passed nor failed in Gradescope, and has no points there', () => {
  const without = { ...missing('alice', '03-echo'), verdict: 'error' } as const
  const withTests = { ...failing('alice', '07-frames', TWO), verdict: 'error' } as const
  const { tests } = JSON.parse(renderGradescope(rowOf([without, withTests])))

  expect(tests).toHaveLength(4)
  for (const each of tests) expect(Object.keys(each)).toEqual(['name', 'output', 'output_format'])
})

test('Gradescope gets no field and no value that its specification does not have', () => {
  const records = [
    failing('alice', '03-echo', TWO),
    passing('alice', '01-listen'),
    missing('alice', '07-frames'),
  ]
  const { tests, ...results } = JSON.parse(renderGradescope(rowOf(records)))

  expect(results).toEqual({
    score: expect.any(Number),
    output: expect.any(String),
    output_format: 'text',
    test_output_format: 'text',
    test_name_format: 'text',
    visibility: 'after_published',
    stdout_visibility: 'hidden',
  })
  for (const each of tests) {
    expect(each).toEqual({
      name: expect.any(String),
      score: expect.any(Number),
      max_score: expect.any(Number),
      status: expect.stringMatching(/^(passed|failed)$/),
      output: expect.any(String),
      output_format: 'text',
    })
  }
})
