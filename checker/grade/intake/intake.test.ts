import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { listExercises } from '../../course/course.ts'
import { isInstalled } from '../../files/installed.ts'
import { toZip } from '../../testing/cohort/archive.ts'
import { put } from '../../testing/cohort/misshapen.ts'
import { FOLDERS } from '../../testing/cohort/misshapen-folders.ts'
import { REPOSITORIES } from '../../testing/cohort/misshapen-repositories.ts'
import { ZIPS } from '../../testing/cohort/misshapen-zips.ts'
import type { Learner } from '../store/record.ts'
import { type Cohort, findCohort, readCohort } from './intake.ts'
import type { Handed } from './source.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const right = readFileSync(join(root, 'solutions', '03-echo', 'server.ts'), 'utf8')
const folder = mkdtempSync(join(tmpdir(), 'intake-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const clones = join(folder, 'clones')
const course = listExercises(root)
beforeAll(() => void execFileSync(process.execPath, [join(root, 'checker', 'start.js'), '--help']))

function cohortIn(path: string, roster?: Learner[]): Cohort {
  return findCohort({ folder: path, roster, clones, course })
}

/** What is read of these exercises, by learner and exercise; and what is said of the learners. */
async function readAll(cohort: Cohort, names = ['03-echo']) {
  const exercises = course.filter(({ name }) => names.includes(name))
  const read = new Map<string, Handed>()
  const notes: string[] = []
  await readCohort(cohort, exercises, {
    file: ({ id }, { name }, handed) => read.set(names.length > 1 ? `${id} ${name}` : id, handed),
    note: ({ id }, text) => notes.push(`${id}: ${text}`),
  })
  return { read, notes }
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
  const found = cohortIn(cohort)
  expect(found.ignored).toEqual([])

  const { read } = await readAll(found)

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

  const { read } = await readAll(cohortIn(join(folder, 'nobody'), rows))

  for (const [id, { verdict, reason }] of Object.entries(REPOSITORIES))
    expectHanded(read.get(id), verdict, reason)
  expect(readdirSync(join(folder, 'git')).filter((name) => name.endsWith('.was-run'))).toEqual([])
  expect(readdirSync(folder)).not.toContain('clones')
})

test('what lies beside the submissions is named, and not graded', () => {
  const cohort = join(folder, 'mixed')
  for (const name of ['alice', 'bob', '.git']) mkdirSync(join(cohort, name), { recursive: true })
  for (const name of ['notes.txt', 'carol.zip']) writeFileSync(join(cohort, name), '')
  const { submissions, ignored } = cohortIn(cohort)
  expect(submissions.map(({ learner }) => learner.id)).toEqual(['alice', 'bob', 'carol'])
  expect(ignored.map(({ name }) => name)).toEqual(['notes.txt'])

  const roster = [{ id: 'bob', name: 'Bob' }, { id: 'dave' }]
  const known = cohortIn(cohort, roster)
  expect(known.submissions.map(({ learner, parts }) => [learner.id, parts !== undefined])).toEqual([
    ['bob', true],
    ['dave', false],
  ])
  expect(known.ignored.map(({ name }) => name)).toEqual(expect.arrayContaining(['alice', 'carol.zip']))
})

/** Makes a cohort: the files of each, by their paths; `right` where nothing is said of what is in them. */
function make(name: string, files: Record<string, string | Uint8Array>): string {
  for (const [path, content] of Object.entries(files)) put(join(folder, name, path), content || right)
  return join(folder, name)
}

test('two entries of one id are nobody’s, and are named', async () => {
  const zip = toZip([{ name: '03-echo/server.ts', bytes: Buffer.from('mallory') }])
  const path = make('two-of-one-id', {
    'alice/03-echo/server.ts': '',
    'alice.zip/03-echo/server.ts': 'mallory',
    'bob.zip': zip,
    'bob.ZIP': zip,
    'Carol/03-echo/server.ts': '',
    'carol.tar.gz': 'mallory',
    'dave/03-echo/server.ts': '',
  })
  const { read } = await readAll(cohortIn(path))

  expectHanded(read.get('alice'), 'error', "alice and alice.zip are both alice's by their names")
  expectHanded(read.get('bob'), 'error', "bob.zip and bob.ZIP are both bob's")
  expectHanded(read.get('Carol') ?? read.get('carol'), 'error', 'Carol and carol.tar.gz are both')
  expectHanded(read.get('dave'), 'pass')
  expect(read.size).toBe(4)
})

test('an id may look like an exercise', async () => {
  const { read } = await readAll(
    cohortIn(make('named-alike', { '21-12345/03-echo/server.ts': '', '50-mallory/03-echo/server.ts': '' })),
  )

  expectHanded(read.get('21-12345'), 'pass')
  expectHanded(read.get('50-mallory'), 'pass')
})

test('one submission is not taken for a folder of them', () => {
  expect(() => cohortIn(join(root, 'solutions'))).toThrow('is one submission')
  expect(() => cohortIn(join(folder, 'nowhere'))).toThrow('There is no folder')
})
