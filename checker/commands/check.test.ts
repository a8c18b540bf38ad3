import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { execa } from 'execa'

const root = resolve(import.meta.dirname, '../..')

/** Runs a command as npm would, without npm. */
function accept(args: readonly string[], env: Record<string, string> = {}) {
  return execa(process.execPath, [join(root, 'checker/start.js'), ...args], {
    cwd: root,
    env: { ...env, INIT_CWD: root },
    reject: false,
  })
}

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'accept-loop-'))
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A submission whose 03-echo is this text. */
function submit(source: string): string {
  mkdirSync(join(folder, '03-echo'), { recursive: true })
  writeFileSync(join(folder, '03-echo', 'server.ts'), source)
  return folder
}

test('passes a right server with exit code 0', async () => {
  const { stdout, exitCode } = await accept(['check', '03', '--submission', 'solutions'])

  expect(stdout).toMatch(/ok {4}03-echo: pass, \d+ of \d+ tests in/)
  expect(exitCode).toBe(0)
})

test.each(['3', '03', 'echo', '03-echo', 'exercises/03-echo/', 'exercises/03-echo/server.ts'])(
  'knows %s',
  async (word) => {
    const { stdout } = await accept(['hint', word])

    expect(stdout).toMatch(/^03-echo/)
  },
)

test('runs only the tests whose titles hold the words of --test', async () => {
  const named = ['check', '03', '--submission', 'solutions', '--test', 'Echoes a line']
  const { stdout, exitCode } = await accept(named)

  expect(stdout).toMatch(/ok {4}03-echo: pass, 1 of 1 test in/)
  expect(exitCode).toBe(0)
  expect((await accept([...named.slice(0, -1), 'sings'])).stderr).toContain('No test of 03-echo has "sings"')
})

test('says of a stub that it is still the stub, and which lesson to read', async () => {
  const { stdout, exitCode } = await accept(['check', '01'])

  expect(stdout).toMatch(/^01-listen: .*\n\nexercises\/01-listen\/server\.ts is still the stub/)
  expect(stdout).toContain('  exercises/01-listen/README.md  the lesson')
  expect(stdout).toContain('  npm start 01 ')
  expect(exitCode).toBe(1)
})

test('offers near names for an exercise that does not exist', async () => {
  const { stderr, exitCode } = await accept(['check', 'ecko'])

  expect(stderr).toContain('There is no exercise "ecko". Did you mean 03-echo?')
  expect(exitCode).toBe(2)
})

test.each([
  [['check', '03', '--repeat', '0'], 'whole number from 1 to'],
  [['check', '03', '--repeat', '2', '--json'], "cannot be used with option '--json'"],
  [['check', '03', '--run', ' '], '--run has no command'],
  [['check', '03', '--run', 'x', '--submission', 'y'], "cannot be used with option '--submission"],
  [['check', '03', '--seed', '1', '--seed', '2'], 'It is there twice: leave one of them.'],
  [['check', 'solutions/03-echo/server.ts'], 'is not in exercises/'],
  [['check', '03', '04'], 'npm run check takes one exercise at a time (got 2):'],
  [['list', '03'], 'npm run list takes no arguments (got "03").'],
  [['check', '03', '--submission', 'package.json'], 'package.json is a file, not a folder'],
  [['check', '01', '--all'], '"01" and --all ask for different things: npm run check 01 checks one'],
  [['check', ''], 'There is no exercise "". npm run list'],
  [['check', '0'], 'There is no exercise "0". npm run list'],
  [['verify', '03', '--only', 'answers-twiec'], 'Nothing to run has "answers-twiec"'],
  [['verify', '--jobs', '0'], 'whole number from 1 to'],
  [['grade:worker', '--quue', 'redis://localhost'], 'Did you mean --queue?'],
  [['grade:worker'], '--queue is missing'],
])('%j is refused with a sentence', async (args, sentence) => {
  const { stderr, exitCode } = await accept(args, { GRADE_QUEUE: '' })

  expect(stderr).toContain(sentence)
  expect(stderr).not.toContain('    at ')
  expect(exitCode).toBe(2)
})

test('offers near names for a flag that does not exist', async () => {
  const { stderr, exitCode } = await accept(['check', '03', '--jsom'])

  expect(stderr).toContain('Did you mean --json?')
  expect(exitCode).toBe(2)
})

test('says what is missing in a submission', async () => {
  const { stderr, exitCode } = await accept(['check', '03', '--submission', folder])

  expect(stderr).toContain('has no 03-echo/server.ts')
  expect(exitCode).toBe(2)
})

test('prints the verdict as JSON, also when npm has taken the flag', async () => {
  const { stdout, exitCode } = await accept(['check', '03', '--submission', 'solutions', '--seed', '7'], {
    npm_config_json: 'true',
  })

  const verdict = JSON.parse(stdout)
  expect(verdict).toMatchObject({ version: 1, exercise: '03-echo', verdict: 'pass', seed: 7 })
  // Tests that passed have evidence as well, for the page.
  for (const { conversation } of verdict.tests)
    expect(conversation).toEqual(expect.arrayContaining([expect.objectContaining({ kind: 'connect' })]))
  expect(exitCode).toBe(0)
})

test('checks a command in another language', async () => {
  const command = 'python3 solutions/03-echo/alternatives/threads.py'

  const { stdout, exitCode } = await accept(['check', '03', '--run', command])

  expect(stdout).toContain('03-echo: pass')
  expect(exitCode).toBe(0)
})

test('gives $PORT to a command', async () => {
  const program = "require('node:net').createServer((s) => s.pipe(s)).listen(+process.argv[1], '127.0.0.1')"

  const { stdout } = await accept(['check', '03', '--run', `exec node -e "${program}" $PORT`])

  expect(stdout).toContain('ok    echoes a line')
})

test('shows a syntax error as theirs, with its line', async () => {
  const { stdout, exitCode } = await accept([
    'check',
    '03',
    '--submission',
    submit('const a = 1\nconst b = = 2\n'),
  ])

  expect(stdout).toMatch(/does not compile, so nothing was\s+tested/)
  expect(stdout).toContain('    2  const b = = 2')
  expect(exitCode).toBe(1)
})

test('shows their own line where their program crashed', async () => {
  const crash = `import { createServer } from 'node:net'\ncreateServer(() => {\n  throw new Error('of mine')\n}).listen(Number(process.env.PORT), process.env.HOST)\n`

  const { stdout } = await accept(['check', '03', '--submission', submit(crash)])

  expect(stdout).toMatch(/its process\s+exited with code 1: Error: of mine/)
  expect(stdout).toMatch(
    /03-echo\/server\.ts:3\n +2 {2}createServer\(\(\) => \{\n +3 {4}throw new Error\('of mine'\)/,
  )
})

test('never lets a terminal escape through', async () => {
  const server = `import { createServer } from 'node:net'
createServer((socket) => {
  console.log('\\u001b]0;owned\\u0007\\u001b[2J')
  socket.end('\\u001b[2J\\u009b')
}).listen(Number(process.env.PORT), process.env.HOST)
`

  const { stdout } = await accept(['check', '03', '--submission', submit(server)])

  expect(stdout).not.toContain('\u001b')
  expect(stdout).not.toContain('\u009b')
  expect(stdout).toContain('\\x1B]0;owned')
})

test('counts verdicts when repeated', async () => {
  const { stdout, exitCode } = await accept(['check', '01', '--submission', 'solutions', '--repeat', '2'])

  expect(stdout).toContain('01-listen: 2 pass')
  expect(exitCode).toBe(0)
})

test('ends with 130 on Ctrl-C and leaves nothing behind', async () => {
  const server = submit(`import { createServer } from 'node:net'
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
const daemon = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' })
writeFileSync(${JSON.stringify(join(folder, 'pid'))}, String(daemon.pid))
createServer(() => {}).listen(Number(process.env.PORT), process.env.HOST)
`)
  const running = accept(['check', '03', '--submission', server])
  const pid = await appears(join(folder, 'pid'))

  running.kill('SIGINT')

  expect((await running).exitCode).toBe(130)
  await disappears(pid)
})

test('leaves nothing behind when it is killed with -9', async () => {
  const server = submit(`import { createServer } from 'node:net'
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
const daemon = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' })
writeFileSync(${JSON.stringify(join(folder, 'pid'))}, String(daemon.pid))
createServer(() => {}).listen(Number(process.env.PORT), process.env.HOST)
`)
  const running = accept(['check', '03', '--submission', server])
  const pid = await appears(join(folder, 'pid'))

  running.kill('SIGKILL')

  await running
  await disappears(pid)
})

const environmentsShow = existsSync('/proc/self/environ')
const whereEnvironmentsShow = environmentsShow ? test : test.skip
if (!environmentsShow)
  console.warn('Skipped: a judge that is left behind is found by its environment, in /proc.')

whereEnvironmentsShow('leaves no judge behind where none was needed', async () => {
  await accept(['check', 'ecko'], { MARK: folder })

  expect(
    readdirSync('/proc').filter((name) => /^\d+$/.test(name) && environmentOf(name).includes(folder)),
  ).toEqual([])
})

/** The environment of a process; empty if it is gone or we may not look at it. */
function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1')
  } catch {
    return ''
  }
}

/** The number in a file, once the file is there. */
async function appears(path: string): Promise<number> {
  for (;;) {
    const name = readdirSync(folder).find((each) => path.endsWith(each) && each === 'pid')
    const text = name ? readFileSync(path, 'utf8') : ''
    if (text) return Number(text)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Resolves when the process is gone; Jest's own deadline fails the test otherwise. */
async function disappears(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0)
    } catch {
      return
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
