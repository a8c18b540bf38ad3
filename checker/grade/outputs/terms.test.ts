import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Papa from 'papaparse'
import { gradesFrom } from '../../testing/cohort/grades.ts'
import { failing, passing } from '../../testing/cohort/records.ts'
import type { GradeRecord, Learner } from '../store/record.ts'
import { writeGradebook } from './gradebook.ts'
import { summary } from './summary.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const out = mkdtempSync(join(tmpdir(), 'terms-'))
afterAll(() => rmSync(out, { recursive: true, force: true }))

const SILENT = [{ title: 'echoes', code: 'silent' }]
const handedIn = (record: GradeRecord) => ({ ...record, submittedAt: '2027-02-03T12:00:00Z' })
const POLICY = { deadline: '2027-01-31T12:00:00Z', late: { graceMinutes: 0, perDay: 0.1, floor: 0 } }

const learners: Learner[] = [
  { id: 'alice', name: 'Alice', due: '2027-02-07T22:59:59.999Z', reason: 'was ill' },
  { id: 'bob', excused: ['06-lines'], comment: 'Come and see me.' },
  { id: 'carol', adjust: 5, reason: 'helped others' },
  { id: 'dave', excused: 'all' },
  { id: 'erin', gone: true },
]
const records = ['alice', 'bob', 'carol', 'dave', 'erin'].flatMap((id) => [
  handedIn(passing(id, '03-echo')),
  handedIn(failing(id, '06-lines', SILENT)),
])
const grades = gradesFrom(learners, records, POLICY)

const read = (name: string) => readFileSync(join(out, name), 'utf8')
const table = (name: string) =>
  Papa.parse<Record<string, string>>(read(name), { header: true, skipEmptyLines: true }).data
const rowOf = (name: string, key: string, id: string) => table(name).find((row) => row[key] === id)

beforeAll(() => writeGradebook(out, grades, root))

test('an extension, an excuse and an adjustment make the total', () => {
  const totals = grades.rows.map(({ score }) => Number(score.total.toFixed(4)))
  // 0.7 and 0.35 are three days late; alice is in time.
  expect(totals).toEqual([0.75, 0.7, 0.575, 0, 0.525])
  expect(grades.rows.map(({ score }) => score.cells[0]?.lateDays)).toEqual([0, 3, 3, 0, 3])
})

test('results.json has all of it', () => {
  const { learners, results } = JSON.parse(read('results.json'))
  expect(learners[0]).toMatchObject({ id: 'alice', due: '2027-02-07T22:59:59.999Z', reason: 'was ill' })
  expect(learners[1]).toMatchObject({ excused: ['06-lines'], comment: 'Come and see me.' })
  expect(learners[2]).toMatchObject({ adjust: 5, reason: 'helped others', earned: expect.closeTo(0.525) })
  expect(learners[3]).toMatchObject({ excused: 'all', total: null })
  expect(learners[4]).toMatchObject({ gone: true })
  expect(results[3]).toMatchObject({ learner: 'bob', exercise: '06-lines', excused: true })
})

test('the exports have it in cells of their own, and what is excused is no 0', () => {
  expect(rowOf('gradebook.csv', 'id', 'bob')).toMatchObject({
    ...{ '06-lines': '', excused: '06-lines', comment: 'Come and see me.', total: '0.7' },
    'look at': '03-echo: 3 days late; 06-lines: excused',
  })
  expect(rowOf('gradebook.csv', 'id', 'carol')).toMatchObject({ adjust: '5', reason: 'helped others' })
  expect(rowOf('gradebook.csv', 'id', 'dave')).toMatchObject({ total: '', excused: 'all' })
  expect(rowOf('gradebook.csv', 'id', 'erin')).toMatchObject({
    'look at': expect.stringMatching('^no longer in'),
  })

  expect(rowOf('gradebook-canvas.csv', 'Student', 'bob')).toMatchObject({ '06-lines': 'EX', Adjustment: '' })
  expect(rowOf('gradebook-canvas.csv', 'Student', 'carol')).toMatchObject({
    ...{
      Adjustment: '5',
      Section: expect.stringMatching(
        /^adjusted by .5 of 100 points: helped others; 03-echo: 3 days late; 06/,
      ),
    },
  })
  expect(rowOf('gradebook-moodle.csv', 'ID number', 'bob')).toMatchObject({ '06-lines': '-' })
  expect(rowOf('gradebook-moodle.csv', 'ID number', 'carol')).toMatchObject({ Adjustment: '5' })
  for (const name of ['gradebook-canvas.csv', 'gradebook-moodle.csv'])
    expect(read(name)).not.toContain('erin')
})

test('each learner reads their own', () => {
  expect(read('feedback/alice.txt')).toContain('Due 2027-02-07 22:59 UTC: was ill\n')
  expect(read('feedback/bob.txt')).toContain('06-lines               excused: it does not count\n')
  expect(read('feedback/bob.txt')).toContain('Comment: Come and see me.\n')
  expect(read('feedback/carol.txt')).toContain('57 of 100 points for 2 exercises, 52 before the adjustment\n')
  expect(read('feedback/carol.txt')).toContain('Adjusted by +5 of 100 points: helped others\n')
  expect(read('feedback/dave.txt')).toContain('No points: excused from 2 exercises\n')
  const gradescope = JSON.parse(read('gradescope/carol.json'))
  expect(gradescope).toMatchObject({ score: 57.5 })
  expect(gradescope.output).toContain('adjusted by +5 of 100 points: helped others')
})

test('the terminal and the page list it, and the mean leaves out who is gone or excused', () => {
  const text = summary(grades, { width: 78, color: false, unicode: false }, 78, out)
  expect(text).toContain('By the roster:\n  alice: due 2027-02-07 22:59 UTC: was ill\n')
  expect(text).toContain('o excused')
  expect(text).toContain('4 learners, 67 % on average, of the 3 with a total')

  const page = read('gradebook.html').replace(/<(style|script)[^>]*>.*?<\/\1>/gs, '')
  expect(page).toContain('aria-label="excused">○<')
  expect(page).toContain('<em>gone</em>')
  expect(page).toMatch(/By the roster.*carol<\/bdi><\/a>: <bdi>adjusted by \+5 of 100 points: helped others/s)
  expect(page).toContain('5 learners, 1 of them gone')
})
