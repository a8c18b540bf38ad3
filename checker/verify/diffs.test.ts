import { execa } from 'execa'
import { Course, ECHO, type ExerciseFiles, TINY } from '../testing/course.ts'
import { joinHeader, splitHeader } from './header.ts'
import { makeDiff } from './mistake-diff.ts'

/** Mistakes that are diffs, in verify and in check. */
const { 'solutions/mistakes/shouts.ts': whole = '', ...others } = TINY
const { header, rest } = splitHeader(whole, '//')
const SHOUTS = joinHeader({ header, rest: makeDiff('server.ts', ECHO, rest) }, '#')

let course: Course | undefined

afterEach(() => course?.remove())

function courseWith(diff: string, more: ExerciseFiles = {}): Course {
  course = new Course({
    '01-tiny': { ...others, 'solutions/mistakes/shouts.diff': diff, ...more },
  }).withChecker()
  return course
}

function run({ root, main }: Course, ...args: string[]) {
  return execa(process.execPath, [main, ...args], { cwd: root, reject: false })
}

test('verify judges and type-checks the programs that diffs make', async () => {
  const { stdout, exitCode } = await run(courseWith(SHOUTS), 'verify', '--jobs', '1')

  expect(stdout).toMatch(/passed {2}01-tiny mistakes\/shouts\.diff: \d/)
  expect(stdout).toMatch(/passed {2}01-tiny types\n/)
  expect(stdout).toMatch(/\n9 passed, 0 failed, 1 skipped, in \d+ s$/)
  expect(exitCode).toBe(0)
})

test('verify names what is wrong with a diff', async () => {
  const moved = courseWith(SHOUTS.replace(" import { createServer } from 'node:net'", ' import net'))
  const { stdout, exitCode } = await run(moved, 'verify', '--only', 'mistake')

  expect(stdout).toContain(
    'FAILED: 01-tiny mistakes/shouts.diff: does not apply to solutions/01-tiny/server.ts: line 1 of the reference is not "import net". npm run verify 01 -- --update re-bases it.',
  )
  expect(exitCode).toBe(1)
})

test('verify names a type error that a diff makes', async () => {
  const wrong = courseWith(SHOUTS.replace('toUpperCase', 'toLoudCase'))
  const { stdout, exitCode } = await run(wrong, 'verify', '--only', 'types')

  expect(stdout).toMatch(
    /FAILED: 01-tiny types: mistakes\/shouts\.diff: line 9 of its program: error TS\d+: /,
  )
  expect(exitCode).toBe(1)
})

test('verify names a diff beside a program of the same name', async () => {
  const twice = courseWith(SHOUTS, { 'solutions/mistakes/shouts.ts': whole })
  const { stdout } = await run(twice, 'verify', '--jobs', '1')

  expect(stdout).toContain('two mistakes of one name: mistakes/shouts.ts and its .diff')
})

test('verify writes a program to edit, and makes the diff of it', async () => {
  const course = courseWith(SHOUTS)
  const path = '.workshop/mistakes/01-tiny/shouts/01-tiny/server.ts'
  const edit = await run(course, 'verify', '01', '--edit', 'shouts')
  expect(edit.stdout.split('\n')[0]).toBe(path)
  expect(edit.exitCode).toBe(0)

  course.put(path, course.read(path).replace('toUpperCase', 'toLowerCase').replace('"HELLO', 'FIN'))
  const { stdout } = await run(course, 'verify', '01', '--only', 'mistake', '--update')

  expect(stdout).toContain(`passed  01-tiny mistakes/shouts.diff: made from ${path}`)
  expect(stdout).toContain('should fail "echoes a line", but got pass')
  expect(course.read('solutions/01-tiny/mistakes/shouts.diff')).toContain('toLowerCase')
})

test.each([
  [['verify', '01', '--edit', 'No Name'], '"No Name" is not a name for a mistake'],
  [['verify', '--edit', 'shouts'], '--edit takes one exercise'],
  [['verify', '01', '--edit', 'shouts', '--update'], "'--edit <name>' cannot be used with"],
  [['check', '01', '--mistake', 'shuots'], '01-tiny has no mistake "shuots". Did you mean shouts?'],
  [['check', '--all', '--mistake', 'shouts'], "'--mistake <name>' cannot be used with"],
])('%j is a usage error', async (args, message) => {
  const { stderr, exitCode } = await run(courseWith(SHOUTS), ...args)

  expect(stderr.replaceAll('\n', ' ')).toContain(message)
  expect(exitCode).toBe(2)
})

test('check shows what a learner would see of a mistake', async () => {
  const course = courseWith(SHOUTS)
  const { stdout, exitCode } = await run(course, 'check', '01', '--mistake', 'shouts', '--seed', '1')

  expect(stdout).toContain('but sent "HELLO\\n"')
  expect(stdout).toContain('Next:\n  npm run hint 01\n')
  expect(exitCode).toBe(1)
})

test('check shows the lines of a mistake that crashes as those of the learner', async () => {
  const crashes = courseWith(SHOUTS.replace('socket.write', "JSON.parse('{') && socket.write"))
  const { stdout } = await run(crashes, 'check', '01', '--mistake', 'shouts')

  expect(stdout).toMatch(/\n {2}exercises\/01-tiny\/server\.ts:9\n/)
  expect(stdout).toContain("socket.on('data', (chunk) => JSON.parse('{')")
})
