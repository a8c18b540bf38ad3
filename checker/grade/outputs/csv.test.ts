import Papa from 'papaparse'
import { gradesFrom, HOSTILE } from '../../testing/cohort/grades.ts'
import { failing, missing, passing } from '../../testing/cohort/records.ts'
import { renderCanvas } from './canvas.ts'
import { toCsv } from './csv.ts'
import { renderGradebookCsv } from './gradebook-csv.ts'
import { renderMoodle } from './moodle.ts'

const LATE = {
  deadline: '2027-01-30T12:00:00Z',
  late: { graceMinutes: 0, perDay: 0.1, floor: 0 },
}

const TERMS = ['due', 'excused', 'adjust', 'reason', 'comment']
const NONE = TERMS.map(() => '')

function read(csv: string): string[][] {
  const { data, errors } = Papa.parse<string[]>(csv, { skipEmptyLines: true })
  expect(errors).toEqual([])
  return data
}

test.each(HOSTILE)('%j comes back from a cell, and computes nothing', (text) => {
  const [row = [], ...others] = read(Buffer.from(toCsv([['before', text, 'behind']])).toString())

  expect(others).toEqual([])
  expect(row[0]?.replace('\uFEFF', '')).toBe('before')
  expect(row[2]).toBe('behind')
  expect(row[1]?.replaceAll("'", '')).toBe(Buffer.from(text).toString().replace('\0', ''))
  expect(row[1]).not.toMatch(/^\s*[=+\-@]/)
})

test.each(['＝1+1', '\r=1', '  =1+1', '\u00A0@SUM(A1)', '\uFEFF+1', '\0=1', '\n-2+3'])(
  'the sign in %j does not begin a formula',
  (text) => {
    expect(read(toCsv([['first', text]]))[0]?.[1]).toMatch(/^'/)
  },
)

test.each([
  ['the gradebook', renderGradebookCsv],
  ['the file for Canvas', renderCanvas],
  ['the file for Moodle', renderMoodle],
])('no cell of %s computes', (_, render) => {
  const learners = HOSTILE.map((text) => ({ id: text, name: text, email: text }))
  const cells = read(render(gradesFrom(learners, [passing('+1+1', '03-echo')]))).flat()

  expect(cells).toContain("'+1+1")
  expect(cells.filter((cell) => /^\s*[=+\-@]./.test(cell))).toEqual([])
})

test('a spreadsheet that takes semicolons for borders finds no formula either', () => {
  const cells = toCsv([['a;=1+1', 'b\n=2', 'c;-d']]).split(/[,;\r\n]/)

  expect(cells.filter((cell) => /^"?[=+\-@]/.test(cell))).toEqual([])
})

test.each(['Jean-Luc', "O'Neill", 's1234567', 'a.b+c@school.example', 'x = y', '007', '-', 'ŁÓDŹ', 'ma;na'])(
  'the honest cell %j stays as it is',
  (text) => {
    expect(read(toCsv([['first', text]]))[0]?.[1]).toBe(text)
  },
)

test('the gradebook has a row a learner, with scores, and what to look at', () => {
  const flaky = {
    ...failing('carol', '03-echo', [{ title: 'echoes', code: 'silent' }]),
    verdict: 'flaky',
  } as const
  const records = [
    { ...passing('alice', '03-echo'), submittedAt: '2027-01-31T11:00:00Z' },
    { ...passing('bob', '03-echo'), verdict: 'error', score: 0, sandboxed: false } as const,
    flaky,
    missing('alice', '07-frames'),
  ]
  const learners = [
    { id: 'alice', name: 'Doe, Alice', email: 'alice@school.example' },
    { id: 'bob' },
    { id: 'carol' },
  ]

  expect(read(renderGradebookCsv(gradesFrom(learners, records, LATE)))).toEqual([
    ['id', 'name', 'email', '03-echo', '07-frames', 'total', 'sandboxed', 'look at', ...TERMS],
    [
      'alice',
      'Doe, Alice',
      'alice@school.example',
      '0.9',
      '0',
      '0.45',
      'yes',
      '03-echo: 1 day late',
      ...NONE,
    ],
    ['bob', '', '', '', '0', '', 'no', '03-echo: error', ...NONE],
    ['carol', '', '', '0.5', '0', '0.25', 'yes', '03-echo: flaky', ...NONE],
  ])
})

test('nothing but a pass is written as 1', () => {
  const almost = { ...failing('alice', '03-echo', [{ title: 'echoes', code: 'silent' }]), score: 0.99999 }

  expect(read(renderGradebookCsv(gradesFrom([{ id: 'alice' }], [almost])))[1]?.[3]).toBe('0.9999')
})

test('Canvas gets its five columns, the row of points, and no grade for what could not be judged', () => {
  const records = [
    passing('alice', '03-echo'),
    { ...passing('bob', '03-echo'), verdict: 'error', score: 0, sandboxed: false } as const,
  ]
  const learners = [{ id: 'alice', name: 'Alice Example', email: 'alice@school.example' }, { id: 'bob' }]

  expect(read(renderCanvas(gradesFrom(learners, records)))).toEqual([
    ['Student', 'ID', 'SIS User ID', 'SIS Login ID', 'Section', '03-echo'],
    ['    Points Possible', '', '', '', '', '100'],
    ['Alice Example', '', 'alice', 'alice@school.example', '', '100'],
    ['bob', '', 'bob', 'bob', 'graded without a sandbox', ''],
  ])
})

test('Moodle gets a cell in every row of a column that identifies', () => {
  const records = [
    passing('alice', '03-echo'),
    { ...passing('bob', '03-echo'), verdict: 'error', score: 0 } as const,
  ]
  const alice = { id: 'alice', email: 'alice@school.example' }

  expect(read(renderMoodle(gradesFrom([alice, { id: 'bob' }], records)))).toEqual([
    ['ID number', 'Name', '03-echo', 'Sandboxed', 'Feedback'],
    ['alice', '', '100', 'yes', ''],
    ['bob', '', '-', 'yes', ''],
  ])
  expect(read(renderMoodle(gradesFrom([alice], records)))[0]).toContain('Email address')
})

test('Moodle, to which a quote behind a backslash is text, finds the end of every cell', () => {
  const names = ['Doe, \\', 'say \\"hi\\"', 'back\\slash']
  const learners = names.map((name, i) => ({ id: `s${i}`, name }))
  const records = learners.map(({ id }) => passing(id, '03-echo'))
  const csv = renderMoodle(gradesFrom(learners, records))

  expect(csv).not.toContain('\\"')
  expect(read(csv).map((row) => row[1]?.trim())).toEqual(['Name', 'Doe, \\', 'say \\ "hi\\ "', 'back\\slash'])
})

test('a learner who is called as the row of points is does not set them in Canvas', () => {
  const learners = [{ id: 'alice', name: 'Points Possible' }, { id: 'Points Possible' }]
  const records = learners.map(({ id }) => passing(id, '03-echo'))
  const firsts = read(renderCanvas(gradesFrom(learners, records))).map((row) => row[0])

  expect(firsts.filter((cell) => cell?.includes('Points Possible'))).toEqual(['    Points Possible'])
})
