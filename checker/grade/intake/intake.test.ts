import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findExercise } from '../../course/course.ts'
import { isInstalled } from '../../files/installed.ts'
import { FOLDERS } from '../../testing/cohort/misshapen-folders.ts'
import { REPOSITORIES } from '../../testing/cohort/misshapen-repositories.ts'
import { ZIPS } from '../../testing/cohort/misshapen-zips.ts'
import { findCohort, readCohort, type Submission } from './intake.ts'
import type { Handed } from './source.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const right = readFileSync(join(root, 'solutions', '03-echo', 'server.ts'), 'utf8')
const folder = mkdtempSync(join(tmpdir(), 'intake-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What is read of exercise 03, by learner. */
async function readAll(submissions: readonly Submission[]): Promise<Map<string, Handed>> {
  const exercise = findExercise(root, '03')
  if ('near' in exercise) throw new Error('there is no exercise 03')
  const read = new Map<string, Handed>()
  await readCohort(submissions, [exercise], join(folder, 'clones'), ({ id }, _, handed) =>
    read.set(id, handed),
  )
  return read
}

const HANDED = { pass: 'bytes', fail: 'bytes', skipped: 'refused', error: 'unreadable' } as const

function expectHanded(handed: Handed | undefined, verdict: keyof typeof HANDED, reason = '') {
  expect(Object.keys(handed ?? {})[0]).toBe(HANDED[verdict])
  if (handed && 'refused' in handed) expect(handed.refused).toContain(reason)
  if (handed && 'unreadable' in handed) expect(handed.unreadable).toContain(reason)
}

test('folders and zips are taken, and nothing in them is followed, run or unpacked', async () => {
  const cohort = join(folder, 'shapes')
  for (const [name, { make }] of Object.entries({ ...FOLDERS, ...ZIPS })) make(join(cohort, name), right)
  const { submissions, ignored } = findCohort(cohort, undefined, '')
  expect(ignored).toEqual([])

  const read = await readAll(submissions)

  for (const [name, { verdict, reason }] of Object.entries({ ...FOLDERS, ...ZIPS })) {
    expectHanded(read.get(name.replace(/\.zip$/, '')), verdict, reason)
  }
  expect(readdirSync(cohort).filter((name) => name.endsWith('.was-run'))).toEqual([])
})

const withGit = isInstalled('git') ? test : test.skip
withGit('repositories are read without a work tree (skipped where there is no git)', async () => {
  const rows = Object.entries(REPOSITORIES).map(([id, { make }]) => ({
    id,
    url: make(join(folder, 'git', id), right),
  }))
  mkdirSync(join(folder, 'nobody'), { recursive: true })
  const { submissions } = findCohort(join(folder, 'nobody'), rows, join(folder, 'clones'))

  const read = await readAll(submissions)

  for (const [id, { verdict, reason }] of Object.entries(REPOSITORIES))
    expectHanded(read.get(id), verdict, reason)
  expect(readdirSync(join(folder, 'git')).filter((name) => name.endsWith('.was-run'))).toEqual([])
  expect(readdirSync(folder)).not.toContain('clones')
})

test('what lies beside the submissions is named, and not graded', () => {
  const cohort = join(folder, 'mixed')
  for (const name of ['alice', 'bob', '.git']) mkdirSync(join(cohort, name), { recursive: true })
  for (const name of ['notes.txt', 'alice.zip', 'carol.zip']) writeFileSync(join(cohort, name), '')
  const { submissions, ignored } = findCohort(cohort, undefined, '')
  expect(submissions.map(({ learner }) => learner.id)).toEqual(['alice', 'bob', 'carol'])
  expect(ignored.map(({ name }) => name)).toEqual(['alice.zip', 'notes.txt'])

  const roster = [{ id: 'bob', name: 'Bob' }, { id: 'dave' }]
  const known = findCohort(cohort, roster, '')
  expect(known.submissions.map(({ learner, open }) => [learner.id, open !== undefined])).toEqual([
    ['bob', true],
    ['dave', false],
  ])
  expect(known.ignored.map(({ name }) => name)).toEqual(expect.arrayContaining(['alice', 'carol']))
})

test('one submission is not taken for a folder of them', () => {
  expect(() => findCohort(join(root, 'solutions'), undefined, '')).toThrow('is one submission')
  expect(() => findCohort(join(folder, 'nowhere'), undefined, '')).toThrow('There is no folder')
})
