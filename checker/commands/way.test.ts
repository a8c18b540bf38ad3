import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { findExercise } from '../course.ts'
import { readProgress, recordVerdict } from '../state.ts'
import { keepStub } from '../stub.ts'
import type { Outcome } from '../verdict.ts'
import { diff, diffText } from './diff.ts'
import { nextHint } from './hint.ts'
import { list, listText } from './list.ts'
import { next, nextExercise } from './next.ts'
import { reset, resetExercise } from './reset.ts'
import { solution } from './solution.ts'

/** A learner's way through the course: next, list, reset, solution and diff, in a course of three. */
const NAMES = ['01-listen', '02-accept', '03-echo']
const STUB = '// TODO\n'
const NOON = new Date('2026-01-02T12:00:00Z')
const PLAIN = { width: 78, color: false, unicode: false }

const { log } = console
let root: string
let said: string

beforeEach(() => {
  said = ''
  console.log = (text: string) => {
    said += `${text}\n`
  }
  root = mkdtempSync(join(tmpdir(), 'accept-loop-'))
  for (const name of NAMES) {
    const part = name === '03-echo' ? 'Part 2: Bytes' : 'Part 1: The dance'
    put(`exercises/${name}/README.md`, `# ${name.slice(0, 2)} A title\n\n> ${part}\n`)
    put(`exercises/${name}/server.ts`, STUB)
    put(`exercises/${name}/.hidden/a.test.ts`, '')
    put(`solutions/${name}/server.ts`, 'one\ntwo\n')
    keepStub(exerciseOf(name))
  }
})

afterEach(() => {
  console.log = log
  rmSync(root, { recursive: true, force: true })
})

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}

function exerciseOf(name: string) {
  const found = findExercise(root, name)
  if ('near' in found) throw new Error(`no ${name}`)
  return found
}

function record(exercise: string, verdict: Outcome): void {
  const test = { title: 'answers', verdict, ms: 1, conversation: [], stdout: '', stderr: '' }
  recordVerdict(root, { version: 1, exercise, verdict, seed: 1, ms: 1, tests: [test] })
}

const MINE = 'exercises/03-echo/server.ts'

test('reset puts the stub back byte for byte, and keeps the file', async () => {
  put(MINE, 'mine\n')

  expect(await reset(root, '3', { yes: true })).toBe(0)

  expect(readFileSync(join(root, MINE), 'utf8')).toBe(STUB)
  const kept = /^Your file is kept: (.+)$/m.exec(said)?.[1] ?? ''
  expect(kept).toMatch(/^\.workshop\/kept\/03-echo\/.+-server\.ts$/)
  expect(readFileSync(join(root, kept), 'utf8')).toBe('mine\n')
})

test('reset keeps every file, also two in the same second', () => {
  for (const text of ['first\n', 'second\n']) {
    put(MINE, text)
    resetExercise(root, exerciseOf('echo'), NOON)
  }

  const folder = join(root, '.workshop/kept/03-echo')
  expect(readdirSync(folder).sort()).toEqual(['2026-01-02T120000-2-server.ts', '2026-01-02T120000-server.ts'])
  expect(readFileSync(join(folder, '2026-01-02T120000-server.ts'), 'utf8')).toBe('first\n')
})

test('reset brings back a file that is gone', () => {
  rmSync(join(root, MINE))

  expect(resetExercise(root, exerciseOf('echo'))).toBe(`${MINE} is the stub again.`)
  expect(readFileSync(join(root, MINE), 'utf8')).toBe(STUB)
})

test('reset does not ask where there is no file to lose', async () => {
  rmSync(join(root, MINE))

  expect(await reset(root, '3', {})).toBe(0)
  expect(said).toContain('is the stub again.')
})

test('a folder in place of the file is named, and left alone', async () => {
  rmSync(join(root, MINE))
  put(`${MINE}/notes.txt`, 'mine')

  await expect(reset(root, '3', { yes: true })).rejects.toThrow(`${MINE} is not a file. Move it away`)
  expect(() => diffText(root, exerciseOf('echo'), PLAIN)).toThrow(`${MINE} is not a file.`)
  expect(readdirSync(join(root, MINE))).toEqual(['notes.txt'])
})

test('reset changes nothing where the stub is untouched, and keeps nothing', async () => {
  await reset(root, '3', {})

  expect(said).toBe(`${MINE} is the stub already: nothing was changed.\n`)
  expect(existsSync(join(root, '.workshop'))).toBe(false)
})

test('reset refuses where nobody can be asked', async () => {
  put(MINE, 'mine\n')

  await expect(reset(root, '3', {})).rejects.toThrow('There is nobody to ask here: add -- --yes')
  expect(readFileSync(join(root, MINE), 'utf8')).toBe('mine\n')
})

test('reset forgets what failed, not that it was passed', () => {
  record('03-echo', 'pass')
  record('03-echo', 'fail')
  put(MINE, 'mine\n')

  resetExercise(root, exerciseOf('echo'))

  const { failing, passedAt, attempts } = readProgress(root, '03-echo')
  expect([failing, passedAt !== undefined, attempts]).toEqual([undefined, true, 2])
})

test('the solution is for those who have passed', async () => {
  await expect(solution(root, '3', {})).rejects.toThrow('You have not passed 03-echo yet.')

  record('03-echo', 'pass')
  await solution(root, '3', {})

  expect(said).toContain('solutions/03-echo/server.ts\n\none\ntwo\n')
})

test('the solution is shown before a pass only after a question', async () => {
  await expect(solution(root, '3', { anyway: true })).rejects.toThrow('nobody to ask here: add --yes')

  await solution(root, '3', { anyway: true, yes: true })

  expect(said).toContain('one\ntwo')
})

test('diff shows both files line by line, control characters spelled out', async () => {
  put(MINE, 'one\n\x1b[2Jtoo\n')
  record('03-echo', 'pass')

  await diff(root, '3', {})

  expect(said.split('\n')).toEqual([
    `- ${MINE}`,
    '+ solutions/03-echo/server.ts',
    '@@ line 1 of yours, line 1 of the solution',
    ' one',
    '-\\x1B[2Jtoo',
    '+two',
    '',
  ])
})

test('diff shows no difference in line endings alone', () => {
  put(MINE, 'one\r\ntwo\r\n')

  expect(diffText(root, exerciseOf('echo'), PLAIN)).toBe(`${MINE} is the solution, line for line.`)
})

test('diff is in colour on a terminal', () => {
  const text = diffText(root, exerciseOf('echo'), { ...PLAIN, color: true })

  expect(text).toContain('\x1b[31m-// TODO\x1b[39m')
  expect(text).toContain('\x1b[32m+one\x1b[39m')
})

test('diff is for those who have passed, too', async () => {
  await expect(diff(root, '3', {})).rejects.toThrow('You have not passed 03-echo yet.')
  expect(said).toBe('')
})

test('next names the first that was not passed, and what failed in it', () => {
  record('01-listen', 'pass')
  record('02-accept', 'fail')

  expect(next(root)).toBe(0)

  expect(said).toContain('02-accept: A title\n')
  expect(said).toContain('Its last check failed: the server answers')
  expect(said).toContain('npm start 02')
})

test('next goes forward first, then back to what was left out', () => {
  record('02-accept', 'pass')

  expect(nextExercise(root, exerciseOf('02'))?.name).toBe('03-echo')
  expect(nextExercise(root, exerciseOf('03'))?.name).toBe('01-listen')
})

test('next says so when everything is passed', () => {
  for (const name of NAMES) record(name, 'pass')

  next(root)

  expect(said).toContain('You have passed every exercise.')
})

test('list shows each part with status and checks', () => {
  record('01-listen', 'pass')
  record('02-accept', 'fail')

  expect(listText(root, PLAIN)).toBe(
    [
      'Part 1: The dance',
      '  01-listen  passed   1 check     A title',
      '  02-accept  started  1 check     A title',
      '',
      'Part 2: Bytes',
      '  03-echo    open                 A title',
    ].join('\n'),
  )
})

test('hints come one by one, or all at once, and fit into the terminal', () => {
  const long = 'a word '.repeat(20).trim()
  put('exercises/03-echo/hints.md', `## answers\n\n1. One?\n2. ${long}\n     code\n3. Three.\n`)
  record('03-echo', 'fail')
  const ask = () => nextHint(root, exerciseOf('echo'), 'h')

  expect(ask()).toBe('03-echo: the server answers\n\nHint 1 of 3\n\n  One?\n\nh shows the next one.')
  const second = ask()
  expect(second).toContain('Hint 2 of 3')
  expect(second).toContain('\n    code\n')
  expect(Math.max(...second.split('\n').map((line) => line.length))).toBeLessThanOrEqual(78)
  expect(ask()).toMatch(/Hint 3 of 3.*That was the last hint for this test\.$/s)
  expect(nextHint(root, exerciseOf('echo'), 'h', true).match(/Hint \d of 3/g)).toHaveLength(3)
})

test('what is gone of the course is named, and how to get it back', async () => {
  rmSync(join(root, 'solutions/03-echo/server.ts'))
  record('03-echo', 'pass')
  const gone = 'git checkout -- solutions/03-echo/server.ts brings it back'

  await expect(solution(root, '3', {})).rejects.toThrow(gone)
  await expect(diff(root, '3', {})).rejects.toThrow(gone)
  expect(() => nextHint(root, exerciseOf('accept'), 'h')).toThrow('no exercises/02-accept/hints.md')
})

test('before any check there is the first hint for the first test', () => {
  put('exercises/03-echo/hints.md', '## listens\n\n1. One?\n2. Two.\n\n## answers\n\n1. Other?\n')
  const ask = (all = false) => nextHint(root, exerciseOf('echo'), 'h', all)

  expect(ask()).toContain(
    '03-echo: the server listens\n\nHint 1 of 2\n\n  One?\n\nThis is for the first test',
  )
  expect(ask()).toContain('npm run check 03')
  expect(ask(true).match(/Hint \d of 2/g)).toHaveLength(2)
  expect(readProgress(root, '03-echo').hints).toBe(0)
})

test('list shows checks in 40 columns, too, where they fit', () => {
  record('01-listen', 'pass')

  expect(listText(root, { ...PLAIN, width: 40 }).split('\n')[1]).toBe('  01-listen  passed  1 check')
})

test('list fits into 40 columns', () => {
  const widths = listText(root, { ...PLAIN, width: 40 })
    .split('\n')
    .map((line) => line.length)

  expect(Math.max(...widths)).toBeLessThanOrEqual(40)
})

test('list --pending leaves out what passes', () => {
  record('01-listen', 'pass')
  record('02-accept', 'pass')
  record('02-accept', 'fail')

  list(root, { json: true, pending: true })

  expect(JSON.parse(said)).toMatchObject({
    version: 1,
    exercises: [
      { exercise: '02-accept', status: 'passed before', attempts: 2, part: 'Part 1: The dance' },
      { exercise: '03-echo', status: 'open', attempts: 0 },
    ],
  })
})
