import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gradesFrom, HOSTILE } from '../../testing/cohort/grades.ts'
import { failing, passing } from '../../testing/cohort/records.ts'
import type { GradeRecord, Learner } from '../store/record.ts'
import { writeGradebook } from './gradebook.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const out = mkdtempSync(join(tmpdir(), 'gradebook-'))
afterAll(() => rmSync(out, { recursive: true, force: true }))

async function write(learners: Learner[], records: GradeRecord[]): Promise<void> {
  await writeGradebook(out, gradesFrom(learners, records), root)
}

test('results.json has the documented shape', async () => {
  const failed = failing('bob', '03-echo', [{ title: 'echoes', code: 'silent' }])
  await write(
    [{ id: 'alice' }, { id: 'bob', url: 'https://secret@git.example/bob' }],
    [passing('alice', '03-echo'), failed],
  )
  const results = JSON.parse(readFileSync(join(out, 'results.json'), 'utf8'))

  expect(results).toMatchObject({
    version: 2,
    exercises: ['03-echo'],
    results: [
      { learner: 'alice', exercise: '03-echo', verdict: 'pass', score: 1, points: 1, sandboxed: true },
      {
        learner: 'bob',
        verdict: 'fail',
        score: 0.5,
        second: 'fail',
        tests: [
          { title: 'starts', verdict: 'pass' },
          { title: 'echoes', verdict: 'fail', code: 'silent' },
        ],
      },
    ],
  })
  expect(JSON.stringify(results)).not.toContain('secret')
})

test('files of learners who are gone go, others stay', async () => {
  await write([{ id: 'alice' }, { id: 'Alice' }], [passing('alice', '03-echo'), passing('Alice', '03-echo')])
  writeFileSync(join(out, 'feedback', 'notes.txt'), 'mine')
  expect(readdirSync(join(out, 'feedback'))).toHaveLength(3)

  await write([{ id: 'alice' }], [passing('alice', '03-echo')])
  expect(readdirSync(join(out, 'feedback')).sort()).toEqual(['alice.txt', 'notes.txt'])
  expect(readdirSync(join(out, 'gradescope'))).toEqual(['alice.json'])
})

test('a results.json that somebody changed leads to no other file', async () => {
  const victim = join(out, 'victim.txt')
  writeFileSync(victim, 'mine')
  writeFileSync(
    join(out, 'results.json'),
    JSON.stringify({ learners: [{ fileName: '../victim' }, {}, null] }),
  )
  await write([{ id: 'alice' }], [passing('alice', '03-echo')])

  expect(readFileSync(victim, 'utf8')).toBe('mine')
})

test('each learner has files of their own, with nothing of the others', async () => {
  const learners = HOSTILE.map((id) => ({ id }))
  await write(
    learners,
    learners.map(({ id }, i) => failing(id, '03-echo', [{ title: `fails as ${i}.`, code: 'silent' }])),
  )
  const texts = readdirSync(join(out, 'feedback'))
    .filter((name) => name !== 'notes.txt')
    .map((name) => readFileSync(join(out, 'feedback', name), 'utf8'))

  expect(texts).toHaveLength(HOSTILE.length)
  for (const text of texts) expect(new Set(text.match(/fails as \d+\./g)).size).toBe(1)
  expect(readdirSync(out).filter((name) => name.endsWith('.new'))).toEqual([])
})
