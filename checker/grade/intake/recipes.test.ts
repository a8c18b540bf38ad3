import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { listExercises } from '../../course/course.ts'
import { isInstalled } from '../../files/installed.ts'
import { toZip } from '../../testing/cohort/archive.ts'
import { findCohort, readCohort } from './intake.ts'
import { readRoster } from './roster.ts'

// The recipes of ../README.md, "Before you grade", each with files as that platform makes them.

const root = join(import.meta.dirname, '..', '..', '..')
const course = listExercises(root)
const folder = mkdtempSync(join(tmpdir(), 'recipes-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const ECHO = Buffer.from('an echo')
const zipOf = (...names: string[]) => toZip(names.map((name) => ({ name, bytes: ECHO })))

/** Writes a file, and returns its path. */
function put(path: string, content: string | Uint8Array): string {
  const file = join(folder, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
  return file
}

/** What the recipe's unzip makes of a download. */
function unzipped(name: string, entries: Record<string, Uint8Array>): string {
  const zip = put(
    `${name}.zip`,
    toZip(Object.entries(entries).map(([path, bytes]) => ({ name: path, bytes }))),
  )
  execFileSync('unzip', ['-q', zip, '-d', join(folder, name)])
  return join(folder, name)
}

/** Who handed in an echo, by id, and what matched no learner. */
async function read(cohort: string, roster: string) {
  const learners = readRoster(put(`${cohort.split('/').at(-1)}.csv`, roster), { root })
  const found = findCohort({ folder: cohort, roster: learners, clones: join(folder, 'clones'), course })
  const handedIn: Record<string, boolean> = {}
  const echo = course.filter(({ number }) => number === '03')
  await readCohort(found, echo, {
    file: ({ id }, _, handed) => {
      handedIn[id] = 'bytes' in handed && handed.bytes.equals(ECHO)
    },
  })
  return { handedIn, strangers: found.ignored.map(({ name }) => name) }
}

const withUnzip = isInstalled('unzip') ? test : test.skip

withUnzip(
  'Canvas: the unzipped submissions, with the gradebook that Canvas exports as the roster',
  async () => {
    const cohort = unzipped('canvas', {
      'ngann_101_9001_ann.zip': zipOf('03-echo/server.ts'),
      'bobea_LATE_102_9002_server-2.ts': ECHO,
      'oneillzoe_103_9003_work.zip': zipOf('work/03-echo/server.ts', '__MACOSX/work/._server.ts'),
    })
    const roster = `\uFEFFStudent,ID,SIS User ID,SIS Login ID,Section,03-echo (771)
,,,,,Manual Posting
    Points Possible,,,,,100.00
"Ng, Ann",101,S100,ann@school.example,Tuesday,
"Bo, Bea",102,S200,bea@school.example,Tuesday,
"O'Neill, Zoë",103,S300,zoe@school.example,Tuesday,
"Ode, Cy",104,S400,cy@school.example,Tuesday,
"Student, Test",199,,5f1a,Tuesday,
`
    expect(await read(cohort, roster)).toEqual({
      handedIn: { S100: true, S200: true, S300: true, S400: false },
      strangers: [],
    })
  },
)

withUnzip(
  'Moodle: the unzipped submissions, with the grading worksheet or the participants as the roster',
  async () => {
    const cohort = unzipped('moodle', {
      'Ann Ng_7001_assignsubmission_file/ann.zip': zipOf('03-echo/server.ts'),
      'Bea Bo_7002_assignsubmission_file_/03-echo/server.ts': ECHO,
      'Zoë O’Neill_7003_assignsubmission_file_server.ts': ECHO,
      'Zoë O’Neill_7003_assignsubmission_onlinetext/onlinetext.html': ECHO,
    })
    const worksheet = `Identifier,"Full name","ID number","Email address",Status,Grade,"Maximum Grade"
"Participant 7001","Ann Ng",S100,ann@school.example,"Submitted for grading",,100.00
"Participant 7002","Bea Bo",,bea@school.example,"Submitted for grading",,100.00
"Participant 7003","Zoë O’Neill",S300,zoe@school.example,"Submitted for grading",,100.00
`
    const participants = `"First name","Last name","ID number","Email address"
Ann,Ng,S100,ann@school.example
Bea,Bo,,bea@school.example
Zoë,O’Neill,S300,zoe@school.example
`
    for (const roster of [worksheet, participants])
      expect(await read(cohort, roster)).toMatchObject({
        handedIn: { S100: true, 'bea@school.example': true, S300: true },
      })
  },
)

test('GitHub Classroom: the roster, with folders as gh classroom clone makes them', async () => {
  for (const name of ['echo-ann-ng', 'echo-bea']) put(`classroom/${name}/03-echo/server.ts`, ECHO)
  const roster =
    '"identifier","github_username","github_id","name"\n"S100","ann-ng","5","Ann"\n"S200","bea","6",""\n"S300","","",""\n'

  expect(await read(join(folder, 'classroom'), roster)).toEqual({
    handedIn: { S100: true, S200: true, S300: false },
    strangers: [],
  })
})

const withGit = isInstalled('git') ? test : test.skip
withGit('GitHub Classroom: the grades, whose repositories are cloned', async () => {
  const repository = dirname(dirname(put('repository/03-echo/server.ts', ECHO)))
  const git = (...args: string[]) => execFileSync('git', ['-C', repository, ...args], { stdio: 'ignore' })
  git('init', '-b', 'main')
  git('add', '.')
  git('-c', 'user.name=Ann', '-c', 'user.email=ann@school.example', 'commit', '-m', 'Echo')
  mkdirSync(join(folder, 'empty'), { recursive: true })
  const roster = `"assignment_name","assignment_url","starter_code_url","github_username","roster_identifier","student_repository_name","student_repository_url","submission_timestamp","points_awarded","points_available"
"echo","https://c","https://s","ann-ng","S100","echo-ann-ng","${pathToFileURL(repository).href}","2027-01-01 10:00:00 UTC","0","0"
`
  expect(await read(join(folder, 'empty'), roster)).toEqual({ handedIn: { S100: true }, strangers: [] })
})

withUnzip('A shared drive: a downloaded folder, with what the systems of its users leave in it', async () => {
  const cohort = unzipped('drive-20270201T101010Z-001', {
    'submissions/ann/03-echo/server.ts': ECHO,
    'submissions/ann/.DS_Store': ECHO,
    'submissions/Bea/exercises/03-echo/server.ts': ECHO,
    'submissions/cy.zip': zipOf('cy/03-echo/server.ts', '__MACOSX/cy/03-echo/._server.ts'),
    'submissions/desktop.ini': ECHO,
    'submissions/Thumbs.db': ECHO,
    'submissions/di (1).zip': zipOf('03-echo/server.ts'),
  })
  expect(existsSync(join(cohort, 'submissions'))).toBe(true)
  expect(await read(join(cohort, 'submissions'), 'id\nann\nbea\ncy\ndi\n')).toEqual({
    handedIn: { ann: true, bea: true, cy: true, di: false },
    strangers: expect.arrayContaining(['di (1).zip', 'desktop.ini', 'Thumbs.db']),
  })
})
