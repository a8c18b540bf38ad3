import { createServer } from 'node:net'
import { resolve } from 'node:path'
import { execa } from 'execa'
import { isInstalled } from '../files/installed.ts'
import { playPort } from './network.ts'
import { examine, type Finding, type Probe } from './probe.ts'
import { editor } from './programs.ts'
import { renderExamination } from './report.ts'
import { systemKind } from './system.ts'

const root = resolve(import.meta.dirname, '../..')
const PLAIN = { width: 78, color: false, unicode: false }

function probe(matters: Probe['matters'], look: () => Promise<Finding>): Probe {
  return { id: 'thing', name: 'thing', matters, use: 'It is used.', look }
}

function doctor(args: readonly string[], env: Record<string, string> = {}) {
  return execa(process.execPath, ['checker/start.js', 'doctor', ...args], { cwd: root, env, reject: false })
}

test('looks at everything, and sees this machine as fit', async () => {
  const { stdout, exitCode } = await doctor(['--json'])

  const { ready, code, findings } = JSON.parse(stdout)
  expect(ready).toBe(exitCode === 0)
  expect(code).toMatch(/^(un)?ready-/)
  const states = Object.fromEntries(
    findings.map(({ id, state }: { id: string; state: string }) => [id, state]),
  )
  expect(states).toMatchObject({ node: 'ok', build: 'ok', ports: 'ok', loopback: 'ok', 'process-view': 'ok' })
})

test('explains the code that it gave', async () => {
  const { code } = JSON.parse((await doctor(['--json'])).stdout)

  const { stdout, exitCode } = await doctor(['--read', code])

  expect(stdout).toContain(`Node ${/^\d+\.\d+/.exec(process.versions.node)?.[0]}`)
  expect(exitCode).toBe(0)
})

test('refuses a code that is none', async () => {
  const { stderr, exitCode } = await doctor(['--read', 'ready'])

  expect(stderr).toContain('"ready" is not a ready code')
  expect(exitCode).toBe(2)
})

// lsof shows sockets outside Linux.
const withLsof = isInstalled('lsof') ? test : test.skip
withLsof('looks through ps and lsof where there is no /proc', async () => {
  const { stdout } = await doctor([], { ACCEPT_LOOP_NO_PROC: '1' })

  expect(stdout).toContain('ps and lsof show processes')
})

test('says FAIL where a check would not see a server', async () => {
  const { stdout, exitCode } = await doctor([], { ACCEPT_LOOP_NO_PROC: '1', PATH: '/nowhere' })

  expect(stdout).toMatch(/FAIL {2}process view {2}ps and lsof do not show/)
  expect(stdout).toContain('You cannot work here yet: see to process view')
  expect(exitCode).toBe(3)
})

test('what fails matters to those whom it is for', async () => {
  const bad: Finding = { state: 'bad', found: 'broken', remedy: 'Mend it.' }

  const forBoth = await examine(root, [
    probe('learner', async () => ({ state: 'ok', found: 'there' })),
    probe('facilitator', async () => bad),
  ])

  expect(renderExamination(forBoth, 'ready-1', PLAIN).split('\n')).toEqual([
    'For a learner',
    '  ok    thing         there',
    '',
    'For a facilitator only',
    '  FAIL  thing         broken.',
    '                      It is used.',
    '                      Mend it.',
    '',
    'You can work here: npm run check 01',
    '',
    'A code for your facilitator:',
    '  ready-1',
  ])
})

test('fits into 40 columns', async () => {
  const found = 'a word and another word and still a few more words'
  const examined = await examine(root, [probe('learner', async () => ({ state: 'note', found }))])

  const lines = renderExamination(examined, 'ready-20', { ...PLAIN, width: 40 }).split('\n')

  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(40)
})

test('a probe that throws is a finding', async () => {
  const broken = probe('learner', () => Promise.reject(new Error('no such thing')))

  const [examined] = await examine(root, [broken])

  expect(examined?.finding).toEqual({ state: 'bad', found: 'could not be examined: no such thing' })
})

test('a port that is taken is named', async () => {
  const server = createServer()
  // Another process may have it already, which is just as good.
  await new Promise<void>((done) => {
    server.on('error', () => done()).listen(4000, '127.0.0.1', done)
  })
  try {
    expect(await playPort.look(root)).toMatchObject({ state: 'note', found: 'another program listens on it' })
  } finally {
    server.close()
  }
})

test('an editor that is not there is named', async () => {
  const { VISUAL, EDITOR } = process.env
  try {
    process.env.VISUAL = 'no-such-editor --wait'
    expect(await editor.look(root)).toMatchObject({
      state: 'note',
      found: 'no-such-editor is not on the PATH',
    })
  } finally {
    Object.assign(process.env, { VISUAL: VISUAL ?? '', EDITOR: EDITOR ?? '' })
  }
})

test.each([
  ['linux', '6.8.0-45-generic', 'Linux'],
  ['linux', '5.15.153.1-microsoft-standard-WSL2', 'WSL'],
  ['linux', '4.4.0-19041-Microsoft', 'WSL 1'],
  ['darwin', '24.1.0', 'macOS'],
  ['win32', '10.0.22631', 'Windows'],
  ['freebsd', '14.1', 'another system'],
] as const)('%s %s is %s', (platform, kernel, kind) => {
  expect(systemKind(platform, kernel)).toBe(kind)
})
