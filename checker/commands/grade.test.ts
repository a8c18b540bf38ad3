import { execFileSync, spawn, spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { readLedger, recordsOf } from '../grade/store/ledger.ts'
import { Store } from '../grade/store/store.ts'
import { lackOfSandbox } from '../sandbox/sandbox.ts'
import { makeCourseToGrade } from '../testing/cohort/course.ts'
import { MAIN } from '../testing/course.ts'

const root = join(import.meta.dirname, '..', '..')
const RIGHT = readFileSync(join(root, 'solutions', '03-echo', 'server.ts'), 'utf8')
/** The tests send lower-case words: none of them begins like this. */
const WRONG = RIGHT.replace('socket.write(chunk)', "socket.write('NO')")

const STUB = readFileSync(join(root, 'exercises', '03-echo', '.hidden', 'server.ts.txt'), 'utf8')
const NEAR = '03-eco/server.ts looks like 03-echo: call it 03-echo/server.ts'

const lack = lackOfSandbox()
const inSandbox = lack === undefined ? test : test.skip
const folder = mkdtempSync(join(tmpdir(), 'grade-'))
const course = join(folder, 'course')

beforeAll(() => {
  execFileSync(process.execPath, [join(root, 'checker', 'start.js'), '--help'])
  makeCourseToGrade(course)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Makes a cohort from the text of each learner's server. */
function cohort(name: string, servers: Record<string, string>): { dir: string; out: string } {
  const dir = join(folder, name)
  for (const [learner, text] of Object.entries(servers)) {
    mkdirSync(join(dir, learner, '03-echo'), { recursive: true })
    writeFileSync(join(dir, learner, '03-echo', 'server.ts'), text)
  }
  return { dir, out: join(folder, `${name}-out`) }
}

interface Ended {
  code: number | null
  printed: string
}

function start({ dir, out }: { dir: string; out: string }, options: string[] = [], env = process.env) {
  const usual = Object.entries({ '--out': out, '--only': '03' }).filter(([flag]) => !options.includes(flag))
  const args = [join(course, MAIN), 'grade', dir, ...usual.flat(), ...options]
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text
    })
  }
  const ended = new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ code, printed })))
  return { child, ended }
}

function grade(
  where: { dir: string; out: string },
  options: string[] = [],
  env = process.env,
): Promise<Ended> {
  return start(where, options, env).ended
}

function verdicts(out: string): Record<string, string> {
  const records = recordsOf(readLedger(out), new Store(out))
  return Object.fromEntries(records.map(({ learner, verdict }) => [learner, verdict]))
}

function results(out: string): string[] {
  return existsSync(join(out, 'records'))
    ? readdirSync(join(out, 'records')).filter((name) => name.endsWith('.json'))
    : []
}

/** When each result was written. */
function times(out: string): Record<string, number> {
  return Object.fromEntries(results(out).map((name) => [name, statSync(join(out, 'records', name)).mtimeMs]))
}

inSandbox('a second run grades only what changed, and shows what comes out differently first', async () => {
  const where = cohort('twice', { alice: RIGHT, bob: WRONG, carol: RIGHT })
  expect(await grade(where)).toMatchObject({ code: 0 })
  expect(verdicts(where.out)).toEqual({ alice: 'pass', bob: 'fail', carol: 'pass' })
  const before = times(where.out)
  expect(Object.keys(before)).toHaveLength(2)

  cohort('twice', { bob: `${RIGHT}// at last` })
  const asked = await grade(where)
  expect(asked).toMatchObject({ code: 2 })
  expect(asked.printed).toMatch(/bob +03-echo +fail 0\.00 +-> +pass 1\.00/)
  expect(verdicts(where.out)).toEqual({ alice: 'pass', bob: 'fail', carol: 'pass' })

  expect(await grade(where, ['--yes'])).toMatchObject({ code: 0 })
  expect(verdicts(where.out)).toEqual({ alice: 'pass', bob: 'pass', carol: 'pass' })
  expect(times(where.out)).toMatchObject(before)
  const { results: graded } = JSON.parse(readFileSync(join(where.out, 'results.json'), 'utf8'))
  expect(graded).toMatchObject([
    { learner: 'alice', sameAs: ['carol'] },
    { learner: 'bob', attempts: [{ verdict: 'fail' }, { verdict: 'pass' }] },
    { learner: 'carol', sameAs: ['alice'] },
  ])
  expect(readdirSync(join(where.out, 'source'))).toHaveLength(3)
})

inSandbox(
  'another policy than last time, or one that is left out, is shown in points and asked about',
  async () => {
    const where = cohort('policy', { alice: RIGHT })
    const policy = join(folder, 'policy.json')
    writeFileSync(policy, '{"late": {"perDay": 0.1, "floor": 0.5}}')
    expect(await grade(where)).toMatchObject({ code: 0 })

    const past = ['--deadline', '2020-01-31', '--timezone', 'UTC']
    const marked = await grade(where, past)
    expect(marked).toMatchObject({ code: 2 })
    expect(marked.printed).toContain(
      'Deadline: 2020-01-31 23:59 UTC. Late work is marked and loses no points.',
    )

    const punished = await grade(where, [...past, '--policy', policy])
    expect(punished).toMatchObject({ code: 2 })
    expect(punished.printed).toMatch(/alice +of 100 points +100\.0 +-> +50\.0/)

    expect(await grade(where, [...past, '--policy', policy, '--yes'])).toMatchObject({ code: 0 })
    expect(JSON.parse(readFileSync(join(where.out, 'results.json'), 'utf8')).policy).toMatchObject({
      deadline: '2020-01-31T23:59:59.999Z',
      late: { perDay: 0.1 },
    })
    expect(readFileSync(join(where.out, 'gradebook.html'), 'utf8')).toContain('Late work loses 10 %')

    const left = await grade(where)
    expect(left).toMatchObject({ code: 2 })
    expect(left.printed).toMatch(/alice +of 100 points +50\.0 +-> +100\.0/)
  },
)

inSandbox(
  'a second run keeps the roster, asks about another folder, and shows who has left; no id commands a terminal',
  async () => {
    const where = cohort('kept', { alice: RIGHT, bob: RIGHT, '\x1b[2Jeve': RIGHT })
    const roster = join(folder, 'kept.csv')
    writeFileSync(
      roster,
      'id;name;adjust;reason\nalice;Zoë;+5;helped\nbob;Bob;;\n\x1b[2Jeve;\x1b[2JEve;;\n',
      'latin1',
    )
    const first = await grade(where, ['--roster', roster])
    expect(first).toMatchObject({ code: 0 })
    expect(first.printed).not.toContain('\x1b')
    const learners = () => JSON.parse(readFileSync(join(where.out, 'results.json'), 'utf8')).learners
    expect(learners()[0]).toMatchObject({ id: 'alice', name: 'Zoë', adjust: 5, total: 1.05 })

    const second = await grade(where)
    expect(second).toMatchObject({ code: 0 })
    expect(second.printed).toContain('The roster is that of last time, 3 learners.')
    expect(learners()[0]).toMatchObject({ id: 'alice', name: 'Zoë', adjust: 5, total: 1.05 })

    writeFileSync(roster, 'id\n\x1b[2Jx\n\x1b[2Jx\n')
    const twice = await grade(where, ['--roster', roster])
    expect(twice.code).toBe(2)
    expect(twice.printed).not.toContain('\x1b')

    writeFileSync(roster, 'id,adjust,reason\nalice,+5,helped\n')
    expect(await grade(where, ['--roster', roster])).toMatchObject({ code: 0 })
    expect(learners().map(({ id, gone }: Record<string, unknown>) => [id, gone])).toEqual([
      ['alice', undefined],
      ['bob', true],
      ['\x1b[2Jeve', true],
    ])

    const other = { dir: cohort('kept-again', { alice: RIGHT }).dir, out: where.out }
    const asked = await grade(other)
    expect(asked.code).toBe(2)
    expect(asked.printed).toContain('Name another one with --out FOLDER, or add --yes')
    expect(await grade(other, ['--yes'])).toMatchObject({ code: 0 })
  },
)

test('a dry run says who handed in what, what would be graded and how long it takes, and writes nothing', async () => {
  const where = cohort('dry', { Alice: RIGHT, bbo: RIGHT, carol: '' })
  const repository = join(folder, 'dry-repository')
  const git = (...args: string[]) => execFileSync('git', ['-C', repository, ...args], { stdio: 'ignore' })
  mkdirSync(join(repository, '03-echo'), { recursive: true })
  writeFileSync(join(repository, '03-echo', 'server.ts'), `${RIGHT}// dave`)
  git('init', '-b', 'main')
  git('add', '.')
  git('-c', 'user.name=Dave', '-c', 'user.email=dave@example.org', 'commit', '-m', 'Echo')
  const roster = join(folder, 'dry.csv')
  const url = `file://${repository}`
  writeFileSync(
    roster,
    `id,name,url,branch\nalice,Alice Ng,,\nbobo,,,\ncarol,,,\ndave,,${url},main\nerin,,${url},nowhere\n`,
  )
  const { code, printed } = await grade(where, ['--roster', roster, '--dry-run'])

  expect(code).toBe(3)
  expect(printed).toMatch(/^alice \(Alice Ng\) +Alice +1 +0 +0 +0$/m)
  expect(printed).toMatch(/^bobo +nothing +0 +0 +1 +0$/m)
  expect(printed).toMatch(/^dave +file:.+1 +0 +0 +0$/m)
  expect(printed).toMatch(/^erin +file:.+0 +0 +0 +1$/m)
  expect(printed).toContain('not graded: bbo is not in the roster')
  expect(printed.replace(/\s+/g, ' ')).toContain('Remote branch nowhere not found')
  expect(printed).toMatch(/3 programs to run for 5 learners: about \d+ s/)
  expect(existsSync(where.out)).toBe(false)
})

inSandbox('a run that is killed leaves nothing, and goes on where it was', async () => {
  const servers = Object.fromEntries(
    Array.from({ length: 12 }, (_, i) => [`learner-${i}`, `${RIGHT}// ${i}`]),
  )
  const where = cohort('killed', servers)
  const { child, ended } = start(where)
  while (results(where.out).length < 3) await sleep(20)
  child.kill('SIGKILL')
  await ended
  const kept = times(where.out)
  expect(Object.keys(kept).length).toBeLessThan(12)
  // The kernel ends the processes in the sandboxes once their parent is gone.
  while (processesNaming(course).length > 0) await sleep(20)

  expect(await grade(where)).toMatchObject({ code: 0 })
  expect(Object.values(verdicts(where.out))).toEqual(Array.from({ length: 12 }, () => 'pass'))
  expect(times(where.out)).toMatchObject(kept)
})

inSandbox('Ctrl-C ends a run with 130, and blames nobody', async () => {
  const servers = Object.fromEntries(
    Array.from({ length: 12 }, (_, i) => [`learner-${i}`, `${RIGHT}// ${i}!`]),
  )
  const where = cohort('interrupted', servers)
  const { child, ended } = start(where)
  while (results(where.out).length < 2) await sleep(20)
  child.kill('SIGINT')
  expect(await ended).toMatchObject({ code: 130 })
  const kept = new Store(where.out)
  expect(results(where.out).map((name) => kept.result(name.replace('.json', ''))?.verdict)).not.toContain(
    'fail',
  )
  while (processesNaming(course).length > 0) await sleep(20)
})

inSandbox(
  'what cannot be fetched is an error with git’s own reason, never 0, and the exit code says so',
  async () => {
    const where = cohort('unfetched', { bob: RIGHT })
    const roster = join(folder, 'roster.csv')
    writeFileSync(roster, `id,name,url\nalice,Alice,file://${folder}/nowhere\nbob,Bob,\n`)
    const { code, printed } = await grade(where, ['--roster', roster])

    expect(code).toBe(3)
    expect(verdicts(where.out)).toEqual({ alice: 'error', bob: 'pass' })
    expect(printed.replace(/\s+/g, ' ')).toContain("cannot be read: fatal: '")
    const [, alice] = readFileSync(join(where.out, 'gradebook-canvas.csv'), 'utf8')
      .split(/\r?\n/)
      .filter((line) => /Alice|Student/.test(line))
    expect(alice).toMatch(/,$/)
  },
)

inSandbox(
  'what was handed in and not graded, or from elsewhere, stands in results.json and on the page',
  async () => {
    const where = cohort('nearly', { alice: RIGHT, bob: STUB.replaceAll('\n', '\r\n') })
    const put = (path: string, text: string) => {
      mkdirSync(dirname(join(where.dir, path)), { recursive: true })
      writeFileSync(join(where.dir, path), text)
    }
    put('carol/3_echo/server.ts', RIGHT)
    put('dave/03-eco/server.ts', RIGHT)
    put('erin/03-echo/server.ts', RIGHT)
    put('erin.zip/03-echo/server.ts', WRONG)
    put('notes.txt', 'x')
    const { code, printed } = await grade(where)

    expect(code).toBe(3)
    const { results, unplaced } = JSON.parse(readFileSync(join(where.out, 'results.json'), 'utf8'))
    expect(results).toMatchObject([
      { learner: 'alice', verdict: 'pass' },
      { learner: 'bob', verdict: 'skipped', reason: 'server.ts is as it came' },
      { learner: 'carol', verdict: 'pass', path: '3_echo/server.ts' },
      { learner: 'dave', verdict: 'skipped', reason: NEAR },
      { learner: 'erin', verdict: 'error', reason: expect.stringContaining('erin and erin.zip are both') },
    ])
    expect(unplaced).toEqual([{ name: 'notes.txt', reason: 'is neither a folder nor a zip or tar.gz' }])
    const page = readFileSync(join(where.out, 'gradebook.html'), 'utf8')
    for (const text of [NEAR, 'notes.txt', 'erin and erin.zip are both']) {
      expect(page).toContain(text)
      expect(printed.replace(/\s+/g, ' ')).toContain(text)
    }
  },
)

inSandbox('a token in a roster is written nowhere, and a run says what is left', async () => {
  const where = cohort('tokens', { bob: RIGHT })
  const roster = join(folder, 'tokens.csv')
  writeFileSync(roster, 'id,url\nalice,https://ann:s3cret-token@127.0.0.1:9/a.git\nbob,\n')
  const { code, printed } = await grade(where, ['--roster', roster])

  expect(code).toBe(3)
  expect(printed).toMatch(/^2 learners, 1 exercise: reading what was handed in\n/)
  expect(printed).toMatch(/1 file to grade\n/)
  const written = readdirSync(where.out, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
  expect([printed, ...written].filter((text) => text.includes('s3cret'))).toEqual([])

  expect((await grade(where, ['--roster', roster])).printed).toMatch(/0 files to grade, 1 graded before\n/)
})

test('what the disk says is one sentence', async () => {
  const where = cohort('full', { alice: RIGHT })
  mkdirSync(join(where.out, 'results.json'), { recursive: true })
  const { code, printed } = await grade(where, ['--no-sandbox'])

  expect(code).toBe(3)
  expect(printed.replace(/\s+/g, ' ')).toContain(
    'results.json is a folder, where a file should be (EISDIR). What was graded so far is kept;',
  )
  expect(printed).not.toMatch(/checker itself|at .*:\d+:\d+/)
})

inSandbox('a module beside the file is graded with it, and a package is refused as by a check', async () => {
  const where = cohort('modules', {
    alice: "import './answer.ts'\n",
    bob: `import 'ws'\n${RIGHT}`,
    carol: `import { readFile } from 'node:fs'\nimport './answer.ts'\n${RIGHT}`,
  })
  writeFileSync(join(where.dir, 'alice', '03-echo', 'answer.ts'), RIGHT)
  writeFileSync(join(where.dir, 'carol', '03-echo', 'answer.ts'), 'export const = 1')
  const check = (learner: string) => {
    const args = [join(course, MAIN), 'check', '03', '--submission', join(where.dir, learner)]
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' })
    return { status, stdout: stdout.replace(/\s+/g, ' ') }
  }

  expect(await grade(where)).toMatchObject({ code: 0 })
  expect(verdicts(where.out)).toEqual({ alice: 'pass', bob: 'fail', carol: 'fail' })
  expect(check('alice').status).toBe(0)
  const feedback = (learner: string) =>
    readFileSync(join(where.out, 'feedback', `${learner}.txt`), 'utf8').replace(/\s+/g, ' ')
  const sentence = `"ws" is a package: a program here may import only Node's own modules, files beside it, and what the exercise ships`
  for (const text of [check('bob').stdout, feedback('bob')]) expect(text).toContain(sentence)
  for (const text of [check('carol').stdout, feedback('carol')]) expect(text).toContain('answer.ts:1')

  writeFileSync(join(where.dir, 'alice', '03-echo', 'answer.ts'), WRONG)
  expect(await grade(where, ['--yes'])).toMatchObject({ code: 0 })
  expect(verdicts(where.out)).toMatchObject({ alice: 'fail' })
})

inSandbox('a pack adds tests, and one that the solution fails blames nobody', async () => {
  const where = cohort('packed', { alice: RIGHT })
  const pack = (name: string, line: string) => {
    const path = join(folder, name, '03-echo', 'more.test.ts')
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(
      path,
      `import { startServer } from '#harness'\ntest('${name}', async () => {\n  const server = await startServer()\n  const alice = await server.connect('alice')\n  ${line}\n})\n`,
    )
    return join(folder, name)
  }
  const sound = pack('sound', "await alice.send('x')\n  await alice.expect('x')")
  expect(await grade(where, ['--pack', sound])).toMatchObject({ code: 0 })
  const [record] = recordsOf(readLedger(where.out), new Store(where.out))
  expect(record?.verdictJson?.tests.map(({ title }) => title)).toContain('sound')

  const unsound = pack('unsound', "await alice.expect('never sent')")
  expect(await grade(where, ['--pack', unsound, '--yes'])).toMatchObject({ code: 3 })
  expect(verdicts(where.out)).toEqual({ alice: 'error' })
})

test('without a sandbox nothing runs', async () => {
  const where = cohort('refused', { alice: RIGHT })
  const path = join(folder, 'empty-path')
  mkdirSync(path, { recursive: true })
  const { code, printed } = await grade(where, [], { ...process.env, PATH: path })
  expect(code).toBe(3)
  expect(printed).toContain('--no-sandbox')
  expect(results(where.out)).toEqual([])
})

test('without a sandbox on demand, the record says so', async () => {
  const where = cohort('bare', { alice: RIGHT, bob: WRONG })
  expect(await grade(where, ['--no-sandbox'])).toMatchObject({ code: 0 })
  expect(verdicts(where.out)).toEqual({ alice: 'pass', bob: 'fail' })
  expect(recordsOf(readLedger(where.out), new Store(where.out)).map(({ sandboxed }) => sandboxed)).toEqual([
    false,
    false,
  ])
})

test.each([
  [['--only', '77'], 'There is no exercise'],
  [['--only', '40-50'], 'There is no exercise from 40 to 50'],
  [['--deadline', 'soon'], '"soon" is not a deadline'],
  [['--pack', 'nowhere'], 'There is no pack'],
  [['--policy', 'nowhere'], 'nowhere cannot be read: there is no such file.'],
  [['--roster', 'nowhere'], 'nowhere cannot be read: there is no such file'],
  [['--out', '/dev/null/x'], 'The gradebook cannot be kept in /dev/null/x'],
  [['--out', '/proc/x'], 'does not allow folders (ENOENT)'],
  [['--jobs', '0'], 'whole number from 1 to'],
])('%j is refused with a sentence', async (options, sentence) => {
  const { code, printed } = await grade(cohort('usage', { alice: RIGHT }), options)
  expect(code).toBe(2)
  expect(printed).toContain(sentence)
})

function processesNaming(text: string): string[] {
  const commandOf = (pid: string) => {
    try {
      return readFileSync(join('/proc', pid, 'cmdline'), 'latin1')
    } catch {
      return ''
    }
  }
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name) && commandOf(name).includes(text))
}
