import { HOSTILE } from '../../testing/cohort/grades.ts'
import { brokenFile, failing, missing, passing } from '../../testing/cohort/records.ts'
import { cohortOf } from '../../testing/cohort/samples.ts'
import { PLAIN_POLICY, scoresOf } from '../outputs/scores.ts'
import type { GradeRecord } from '../store/record.ts'
import { gradebookPage } from './gradebook-page.ts'
import { legible } from './legible.ts'
import { stuckAt } from './stuck.ts'

const SILENT = { title: 'echoes a line', code: 'silent' }
const plain = (page: string) => page.replace(/<(style|script)[^>]*>.*?<\/\1>/gs, '').replace(/<[^>]+>/g, '')
const island = (page: string, id: string) =>
  JSON.parse(
    new RegExp(`<script type="application/json" id="${id}">(.*?)</script>`, 's').exec(page)?.[1] ?? '',
  )
const pageOf = (...records: GradeRecord[]) => gradebookPage(cohortOf(records))
const stuckOf = (...records: GradeRecord[]) => {
  const { exercises, scores } = cohortOf(records)
  return stuckAt(exercises, scores)
}

test('shows every state by a sign or points, and in words', () => {
  const page = pageOf(
    passing('alice', '03-echo'),
    failing('bob', '03-echo', [SILENT]),
    { ...failing('carol', '03-echo', [SILENT]), verdict: 'flaky' },
    { ...missing('dave', '03-echo'), verdict: 'error' },
    missing('erin', '03-echo'),
    { ...missing('frank', '03-echo'), reason: '03-echo/server.ts is a link' },
  )

  expect(page.match(/<td class="[a-z0-9 ]+" aria-label=[^/]+/g)).toEqual([
    '<td class="p" aria-label="passed">✓<',
    '<td class="f q2" aria-label="failed, 50 of 100">50<',
    '<td class="k" aria-label="flaky">≈<',
    '<td class="e" aria-label="not judged">!<',
    '<td class="s" aria-label="nothing to run">–<',
    '<td class="s" aria-label="nothing to run, not taken">×<',
  ])
  expect(plain(page)).toContain('To look at: 3')
})

test('says in each row, and on top, that there was no sandbox', () => {
  const page = plain(pageOf(passing('alice', '03-echo'), { ...passing('bob', '03-echo'), sandboxed: false }))

  expect(page).toContain('No sandbox. Programs of 1 of 2 learners ran without one')
  expect(page).toContain('bob no sandbox')
  expect(page).not.toContain('alice no sandbox')
})

test('the room is stuck where the most learners are lost', () => {
  const rows = ['alice', 'bob', 'carol'].flatMap((learner) => [
    passing(learner, '01-listen'),
    learner === 'alice' ? passing(learner, '02-accept') : failing(learner, '02-accept', [SILENT]),
    missing(learner, '03-echo'),
  ])

  expect(stuckOf(...rows)).toEqual({
    exercise: '02-accept',
    counted: 3,
    passed: 1,
    absent: 0,
    before: '01-listen',
    passedBefore: 3,
  })
  expect(stuckOf(passing('alice', '01-listen'), missing('alice', '02-accept'))).toBeUndefined()
})

test('nobody is stuck at what they are excused from', () => {
  const learners = [{ id: 'alice' }, { id: 'bob', excused: ['02-accept'] }]
  const exercises = ['01-listen', '02-accept']
  const records = [
    ...learners.map(({ id }) => passing(id, '01-listen')),
    passing('alice', '02-accept'),
    missing('bob', '02-accept'),
  ]

  expect(stuckAt(exercises, scoresOf(learners, exercises, records, PLAIN_POLICY))).toBeUndefined()
})

test('counts the failures of the cohort', () => {
  const prefix = { ...SILENT, nearMiss: 'prefix' } as const
  const page = plain(
    pageOf(
      failing('alice', '03-echo', [prefix]),
      failing('bob', '03-echo', [SILENT]),
      brokenFile('carol', '03-echo'),
    ),
  )

  expect(page).toContain(
    '2 of 3 fail at echoes a line: only a first part of the answer comes (1); nothing comes (1)',
  )
  expect(page).toContain('1 of 3 fails before the first test: it does not compile')
})

test('keeps for the panel what failed, both runs where they disagree, and how late it came', () => {
  const failed = failing('alice', '03-echo', [SILENT, { title: 'ends', code: 'not-ended' }])
  const { verdictJson: second } = passing('alice', '03-echo')
  const flaky: GradeRecord = { ...failed, verdict: 'flaky', ...(second && { second }) }
  const page = gradebookPage(
    cohortOf([{ ...flaky, submittedAt: '2027-02-02T12:30:00Z' }], '2027-01-31T12:00:00Z'),
  )
  const { rows, texts } = island(page, 'panel-data')
  const [[cell]] = rows

  expect(texts[cell.first.title]).toBe('echoes a line')
  expect(cell.others.map(([title]: number[]) => texts[title ?? -1])).toEqual(['ends'])
  expect(cell.runs.map((run: number) => texts[run])).toEqual([
    'failed 2 of 3: echoes a line; ends',
    'passed all 2',
  ])
  expect(cell).toMatchObject({ lateDays: 3, submittedAt: '2027-02-02 12:30 UTC' })
})

test('keeps one run where both came to the same, and the second ended at the first test that failed again', () => {
  const failed = failing('alice', '03-echo', [SILENT, { title: 'ends', code: 'not-ended' }])
  const { verdictJson: second } = failing('alice', '03-echo', [SILENT])
  const page = gradebookPage(cohortOf([{ ...failed, ...(second && { second }) }]))
  const { rows } = island(page, 'panel-data')

  expect(rows[0][0]).not.toHaveProperty('runs')
})

test('what could not be judged, or does not count, has no points in the panel', () => {
  const error = { ...missing('alice', '03-echo'), verdict: 'error' } as const
  const { rows } = island(pageOf(error, missing('bob', '03-echo')), 'panel-data')

  expect(rows.map(([cell]: { points?: number }[]) => cell?.points)).toEqual([undefined, 0])
})

test('escapes all that is not ours', () => {
  const records = HOSTILE.map((text, i) =>
    failing(`${text} ${i}`, '03-echo', [
      { title: text, code: 'silent', message: `${text}${'x'.repeat(10_000)}` },
    ]),
  )
  const page = pageOf(...records)

  expect(page.match(/<script/g)).toHaveLength(3)
  expect(page).not.toMatch(/<img|<!--|unsafe|https?:\/\/(?!evil)|\ssrc=|\sstyle=|\son\w+=/)
  expect(page).not.toMatch(/[^\P{Cc}\n]|[\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u)
  expect(JSON.stringify(island(page, 'panel-data'))).toContain('<script>alert(1)</script>')
  expect(page.length).toBeLessThan(100_000)
})

test('text from others is one line of so many characters, and nothing in it is unseen', () => {
  expect(legible('a\nb')).toBe('a')
  expect(legible('\u061cx\u{e0041}\ud800\x1b')).toBe('\\u061cx\\ue0041\\ud800\\x1B')
  expect(legible('é😀'.repeat(1000), 3)).toBe('é😀é…')
})
