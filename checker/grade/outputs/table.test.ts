import type { View } from '../../terminal/view.ts'
import { gradesFrom } from '../../testing/cohort/grades.ts'
import { failing, missing, passing } from '../../testing/cohort/records.ts'
import type { Grades } from './grades.ts'
import { summary } from './summary.ts'
import { renderTable } from './table.ts'

const PLAIN: View = { width: 78, color: false, unicode: false }
const RICH: View = { width: 78, color: false, unicode: true }
const COURSE = Array.from({ length: 30 }, (_, i) => `${`${i + 1}`.padStart(2, '0')}-exercise`)

function cohort(learners: string[], exercises: string[]): Grades {
  const records = learners.flatMap((id, i) =>
    exercises.map((exercise, j) => {
      if ((i + j) % 3 === 0) return passing(id, exercise)
      if ((i + j) % 3 === 1) return failing(id, exercise, [{ title: 'echoes', code: 'silent' }])
      return missing(id, exercise)
    }),
  )
  return gradesFrom(
    learners.map((id) => ({ id })),
    records,
  )
}

test('a cell has a sign and a score where there is room', () => {
  expect(renderTable(cohort(['alice', 'bob'], ['03-echo', '06-lines']), RICH, 78, 'x.csv')).toBe(
    [
      '           03    06 total',
      'alice   ✓ 100 ✗  50  75 %',
      'bob     ✗  50 –      25 %',
      '✓ pass  ✗ fail  – skipped',
    ].join('\n'),
  )
})

test('forty columns have room for the signs, and for both ends of an id', () => {
  const table = renderTable(
    cohort(['alice', 'a-very-long-name-indeed'], COURSE.slice(0, 9)),
    PLAIN,
    40,
    'x.csv',
  )

  expect(table.split('\n')).toEqual([
    '                 0 0 0 0 0 0 0 0 0',
    '                 1 2 3 4 5 6 7 8 9 total',
    'alice            + x - + x - + x -  50 %',
    'a-ver~ame-indeed x - + x - + x - +  50 %',
    '+ pass  x fail  - skipped',
  ])
})

test.each([40, 60, 78, 120, 200])('no line is wider than %i columns', (columns) => {
  const ids = [
    'alice',
    'x'.repeat(100),
    '名前'.repeat(20),
    'e\u0301'.repeat(30),
    'مرحبا\u202E',
    'esc\x1B[31m',
  ]
  const text = summary(cohort(ids, COURSE), RICH, columns, 'gradebook')
  const columnsOf = (line: string) => line.replace(/\p{M}/gu, '').replace(/\p{Script=Han}/gu, 'xx').length

  expect(text.split('\n').filter((line) => columnsOf(line) > columns)).toEqual([])
  expect(text).not.toMatch(/[^\P{C}\n]/u)
})

test('says how many rows are not shown, and where they are', () => {
  const ids = Array.from({ length: 500 }, (_, i) => `learner-${i}`)
  const table = renderTable(cohort(ids, ['03-echo']), PLAIN, 78, 'gradebook/gradebook.csv')

  expect(table).toContain('\n460 more learners in gradebook/gradebook.csv\n')
  expect(table.split('\n')).toHaveLength(43)
})

test('the summary says what most have wrong', () => {
  const text = summary(cohort(['alice', 'bob', 'carol'], ['03-echo']), PLAIN, 78, 'gradebook')

  expect(text).toContain('  03-echo: 1 of 2 fails "echoes":\n      nothing comes')
})

test('an empty cohort has a summary, too', () => {
  expect(summary(gradesFrom([], []), PLAIN, 78, 'gradebook')).toContain('0 learners, 0 % on average')
})

test('the summary names who handed in nothing that can be found', () => {
  const records = [passing('alice', '03-echo'), missing('alice', '06-lines'), missing('bob', '03-echo')]
  const grades = gradesFrom([{ id: 'alice' }, { id: 'bob' }], records)

  expect(summary(grades, PLAIN, 78, 'gradebook')).toContain(
    "nothing handed in that has an exercise's name, NN-name/server.ts: bob\n",
  )
})
