import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { packTar } from 'modern-tar'
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

/** What is read for these exercises, by learner and exercise, and the notes about the learners. */
async function readAll(cohort: Cohort, names = ['03-echo']) {
  const exercises = course.filter(({ name }) => names.includes(name))
  const read = new Map<string, Handed>()
  const notes: string[] = []
  await readCohort(cohort, exercises, {
    file: ({ id }, { name }, handed) => read.set(names.length > 1 ? `${id} ${name}` : id, handed),
    note: ({ id }, { path, reason }) => notes.push(`${id}/${path} ${reason}`),
  })
  return { read, notes }
}

const HANDED = { pass: 'bytes', fail: 'bytes', skipped: 'refused', error: 'unreadable' } as const

function expectHanded(handed: Handed | undefined, verdict: keyof typeof HANDED, reason = '') {
  expect(Object.keys(handed ?? {})).toContain(HANDED[verdict])
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

test('a gradebook among the submissions is no learner’s, and a url goes before what lies there', () => {
  const cohort = join(folder, 'with-gradebooks')
  for (const name of ['alice', 'bob', 'gradebook', 'of-last-week/records'])
    mkdirSync(join(cohort, name), { recursive: true })
  for (const name of ['ledger.json', 'results.json']) writeFileSync(join(cohort, 'of-last-week', name), '')
  const place = { folder: cohort, clones: '', course: listExercises(root), out: join(cohort, 'gradebook') }

  const { submissions, ignored } = findCohort(place)
  expect(submissions.map(({ learner }) => learner.id)).toEqual(['alice', 'bob'])
  expect(ignored).toEqual([{ name: 'of-last-week', reason: 'is a gradebook' }])

  const roster = [{ id: 'alice', url: 'https://git.example/alice' }, { id: 'bob' }]
  expect(findCohort({ ...place, roster }).ignored).toContainEqual({
    name: 'alice',
    reason: 'is not taken: the roster has a url for alice, which is',
  })
})

/**
 * Makes a cohort: the files of each learner, by their paths; `right` if the content does not
 * matter.
 */
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

test('a folder that is nearly named is taken if one reading is certain, else told', async () => {
  const path = make('nearly-named', {
    'alice/3_Echo/server.ts': '',
    'alice/06 lines/server.ts': '',
    'alice/listen/server.ts': '',
    'alice/exercises/ex02/Server.ts': '',
    'bob/work/3echo/server.ts': '',
    'bob/work/notes.txt': 'x',
    'bob/photos/cat.jpg': 'x',
    'carol/03-eco/server.ts': '',
    'carol/04-echo/server.ts': '',
    'carol/06-lines/index.ts': '',
    'dave/3_echo/server.ts': '',
    'dave/03_echo/server.ts': '',
    'dave/server.ts': '',
    'erin/03-echo/03-echo/server.ts': '',
    'frank/03-echo/src/server.ts': '',
    'frank/06-lines/server.ts.txt': '',
    'erin/solutions/06-lines/server.ts': '',
    'erin/node_modules/02-accept/server.ts': '',
  })
  const { read, notes } = await readAll(cohortIn(path), ['01-listen', '02-accept', '03-echo', '06-lines'])
  const shown = [...read].flatMap(([cell, handed]) => {
    if ('missing' in handed) return []
    return [[cell, 'bytes' in handed ? handed.path : 'refused' in handed ? handed.refused : handed]]
  })

  expect(Object.fromEntries(shown)).toEqual({
    'alice 01-listen': 'listen/server.ts',
    'alice 02-accept': 'exercises/ex02/Server.ts',
    'alice 03-echo': '3_Echo/server.ts',
    'alice 06-lines': '06 lines/server.ts',
    'bob 03-echo': 'work/3echo/server.ts',
    'carol 03-echo':
      '03-eco/server.ts and 04-echo/server.ts look like 03-echo: keep one, as 03-echo/server.ts',
    'carol 06-lines': '06-lines/index.ts looks like 06-lines: call it 06-lines/server.ts',
    'dave 03-echo':
      '03_echo/server.ts and 3_echo/server.ts look like 03-echo: keep one, as 03-echo/server.ts',
    'erin 03-echo': '03-echo/03-echo/server.ts',
    'frank 03-echo': '03-echo/src/server.ts looks like 03-echo: call it 03-echo/server.ts',
    'frank 06-lines': '06-lines/server.ts.txt looks like 06-lines: call it 06-lines/server.ts',
  })
  expect(notes).toEqual(["dave/server.ts is in no exercise's folder, such as 01-listen"])
})

test('a file without a folder is of the exercise that is graded, if that is a single one', async () => {
  const { read, notes } = await readAll(
    cohortIn(make('loose', { 'alice/server.ts': '', 'bob/a/server.ts': '', 'bob/b/server.ts': '' })),
  )

  expect(read.get('alice')).toMatchObject({ path: 'server.ts' })
  expect(read.get('bob')).toEqual({ missing: true })
  expect(notes).toHaveLength(2)
})

test('what Canvas and Moodle let one download is understood, and matched with a roster', async () => {
  const zip = toZip([
    { name: '__MACOSX/03-echo/._server.ts', bytes: Buffer.from('x') },
    { name: '03-echo/server.ts', bytes: Buffer.from(right) },
  ])
  const loose = toZip([{ name: 'server.ts', bytes: Buffer.from(right) }])
  const path = make('downloads', {
    '__MACOSX/ngann_1_2_03-echo.zip': 'x',
    'ngann_101_9001_03-echo.zip': zip,
    'ngann_101_9002_06-lines.zip': loose,
    'bobbea_LATE_102_9003_server-1.ts': '',
    'Cy Ode_7001_assignsubmission_file_/server.ts': '',
    'Di Poe_7002_assignsubmission_file_/work.zip': zip,
    'Di Poe_7002_onlinetext_/onlinetext.html': 'x',
    'Ed Roe_7003_assignsubmission_file_server.ts': '',
  })
  const found = cohortIn(path)
  const { read } = await readAll(found)
  expect(Object.fromEntries([...read].map(([id, handed]) => [id, 'bytes' in handed]))).toEqual({
    ngann_101: true,
    bobbea_102: true,
    'Cy Ode_7001': true,
    'Di Poe_7002': true,
    'Ed Roe_7003': true,
  })
  expect(found.ignored).toEqual([
    { name: 'Di Poe_7002_onlinetext_', reason: 'is text that was typed into Moodle' },
  ])
  const both = await readAll(found, ['03-echo', '06-lines'])
  expectHanded(both.read.get('ngann_101 03-echo'), 'pass')
  expectHanded(both.read.get('ngann_101 06-lines'), 'pass')

  const roster = [
    { id: 's1', name: 'Ng, Ann' },
    { id: 's2', name: 'Bea Bob' },
    { id: 's3', name: 'Cy Ode' },
    { id: 's4', aliases: ['7002'] },
  ]
  const known = cohortIn(path, roster)
  expect(known.submissions.map(({ learner, parts }) => [learner.id, parts?.length])).toEqual([
    ['s1', 2],
    ['s2', 1],
    ['s3', 1],
    ['s4', 1],
  ])
  expect(known.ignored.map(({ name }) => name)).toContain('Ed Roe_7003_assignsubmission_file_server.ts')
})

test('of two downloads of one learner none is chosen', async () => {
  const path = make('two-downloads', {
    'ngann_101_9001_server-1.ts': '',
    'ngann_101_9002_server.ts': '',
    'Cy Ode_7001_assignsubmission_file/server.ts': '',
    'Cy Ode_7009_assignsubmission_file/server.ts': '',
  })
  const roster = [
    { id: 's1', name: 'Ng, Ann' },
    { id: 's3', name: 'Cy Ode' },
  ]
  const { read } = await readAll(cohortIn(path, roster))

  expectHanded(
    read.get('s1'),
    'error',
    'ngann_101_9001_server-1.ts and ngann_101_9002_server.ts are both server.ts: keep one',
  )
  expectHanded(
    read.get('s3'),
    'error',
    "Cy Ode_7001_assignsubmission_file and Cy Ode_7009_assignsubmission_file are both s3's by their names",
  )
})

test('ids are matched with a roster in any case and Unicode form, and a near one is named', () => {
  const path = make('matched', { 'ALICE/x': 'x', 'Zoe\u0308/x': 'x', 'bobb/x': 'x', 'stranger/x': 'x' })
  const found = cohortIn(path, [{ id: 'alice' }, { id: 'Zo\u00eb' }, { id: 'bob1' }])

  expect(found.submissions.map(({ parts }) => parts !== undefined)).toEqual([true, true, false])
  expect(found.ignored).toEqual([
    { name: 'bobb', reason: 'is not in the roster: it looks like bob1, who handed in nothing' },
    { name: 'stranger', reason: 'is not in the roster' },
  ])
})

test('a tar.gz is read as a zip is; what is none of these is an error and never nothing', async () => {
  const entry = (name: string, more: object = {}) => ({
    header: { name, size: right.length, ...more },
    body: right,
  })
  const tar = await packTar([entry('./work/03-echo/server.ts')])
  const link = {
    header: { name: '03-echo/server.ts', size: 0, type: 'symlink', linkname: '/etc/passwd' },
  } as const
  const path = make('tars', {
    'alice.tar.gz': gzipSync(tar),
    'bob.tgz': gzipSync(tar),
    'carol.tar': tar,
    'dave.tar.gz': gzipSync(await packTar([entry('../03-echo/server.ts')])),
    'erin.tar.gz': gzipSync(await packTar([link])),
    'frank.tar.gz': gzipSync(tar).subarray(0, 60),
    'grace.rar': 'x',
    'heidi.tar.gz': 'no tar',
    'ivan.zip': 'no zip',
  })
  const { read } = await readAll(cohortIn(path))

  for (const id of ['alice', 'bob', 'carol'])
    expect(read.get(id)).toMatchObject({ bytes: Buffer.from(right) })
  expectHanded(read.get('dave'), 'error', 'names files outside of itself')
  expectHanded(read.get('erin'), 'skipped', 'is a link')
  expectHanded(read.get('frank'), 'error', 'frank.tar.gz is damaged, or not a tar archive')
  expectHanded(read.get('grace'), 'error', 'grace.rar is an archive of another kind than zip and tar.gz')
  expectHanded(read.get('heidi'), 'error', 'heidi.tar.gz is damaged, or not a tar archive')
  expectHanded(read.get('ivan'), 'error', 'ivan.zip is damaged, or not a zip archive')
})

test('one submission is not taken for a folder of them', () => {
  expect(() => cohortIn(join(root, 'solutions'))).toThrow('is one submission')
  expect(() => cohortIn(join(folder, 'nowhere'))).toThrow('There is no folder')
})
