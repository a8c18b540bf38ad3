import { execa } from 'execa'
import { Course, ECHO, type ExerciseFiles, HINTS, MISTAKE, STUB, TEST, TINY } from '../testing/course.ts'
import { hasPty, Screen } from '../testing/pty.ts'

/**
 * verify is tested on courses of small exercises: a complete one is green, and each broken rule is
 * named.
 */
const SECOND_TEST = `${TEST}\ntest('stays up', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  await alice.send('x')
  await alice.expect('x')
})\n`
let course: Course | undefined

afterEach(() => course?.remove())

/** Verify writes it. */
const NO_COPY = { 'exercises/.hidden/server.ts.txt': undefined }

/**
 * A course with an exercise for each of these, numbered from 01, which differs from a complete one
 * in these files.
 */
function courseOf(...breaches: ExerciseFiles[]): Course {
  const exercises = breaches.map((breach, i) => [nameOf(i), { ...TINY, ...NO_COPY, ...breach }])
  course = new Course(Object.fromEntries(exercises)).withChecker()
  return course
}

function nameOf(index: number): string {
  return `${`${index + 1}`.padStart(2, '0')}-tiny`
}

/** Runs verify there. */
function verify(course: Course, flags: readonly string[] = [], env: Record<string, string> = {}) {
  // One judge: for four programs that costs less than loading Jest in four.
  return execa(process.execPath, [course.main, 'verify', '--jobs', '1', ...flags], {
    cwd: course.root,
    env,
    reject: false,
  })
}

test('passes a course that is whole', async () => {
  const { stdout, exitCode } = await verify(courseOf({}))

  expect(stdout).toMatch(/\n8 passed, 0 failed, 1 skipped, in \d+ s$/)
  expect(exitCode).toBe(0)
})

test('passes over a mistake that only /proc gives away, where there is none', async () => {
  const copy = courseOf({
    'solutions/mistakes/shouts.ts': MISTAKE.replace('// says', '// needs: /proc\n// says'),
  })

  const { stdout } = await verify(copy, ['--only', 'mistake'], { ACCEPT_LOOP_NO_PROC: '1' })

  expect(stdout).toContain('there is no /proc here')
  expect(stdout).toMatch(/\n0 passed, 0 failed, 1 skipped, in \d+ s$/)
})

const inPty = hasPty() ? test : test.skip
if (!hasPty()) console.warn('Skipped: rows in a narrow terminal need script from util-linux.')

inPty('breaks its rows at words in a narrow terminal', async () => {
  const copy = courseOf({})
  const words = `stty cols 40; ${process.execPath} ${copy.main} verify --only mistake`
  const terminal = Screen.inPty(words, copy.root)

  expect(await terminal.exitCode()).toBe(0)
  expect(terminal.text.replace(/\d+\.\d s/, '1.0 s').split(/\r?\n/)).toEqual([
    '1/1 passed  01-tiny mistakes/shouts.ts:',
    '    1.0 s',
    '',
    '01-tiny  1 passed, 0 failed, 0 skipped',
    '',
    expect.stringMatching(/^1 passed, 0 failed, 0 skipped, in \d+ s$/),
    '',
  ])
})

const BREACHES: [string, ExerciseFiles, RegExp][] = [
  [
    'a solution that fails',
    { 'solutions/server.ts': STUB },
    /solution: should pass, but: fail, echoes a line/,
  ],
  [
    'an alternative that fails',
    { 'solutions/alternatives/same.ts': STUB },
    /same\.ts: should pass, but: fail/,
  ],
  [
    'a stub that passes a test',
    { 'exercises/server.ts': `// TODO\n${ECHO}` },
    /stub: should fail every test, but "echoes a line" gave pass/,
  ],
  [
    'a stub that does not compile',
    { 'exercises/server.ts': '// TODO\nconst = 1' },
    /stub: should fail every test, but none ran/,
  ],
  [
    'a stub with two TODOs',
    { 'exercises/server.ts': `// TODO\n${STUB}` },
    /has 2 comments "\/\/ TODO" instead of one/,
  ],
  [
    'a mistake that passes',
    { 'solutions/mistakes/shouts.ts': MISTAKE.replace('.toString().toUpperCase()', '') },
    /shouts\.ts: should fail "echoes a line", but got pass/,
  ],
  [
    'a mistake that fails by another message',
    { 'solutions/mistakes/shouts.ts': MISTAKE.replace('says: but sent', 'says: but said') },
    /should say "but said "HELLO", but said: The server should send alice "hello\\n"/,
  ],
  [
    'a mistake that names no test',
    { 'solutions/mistakes/shouts.ts': MISTAKE.replace('fails: echoes a line', 'fails: stays up') },
    /should fail "stays up", but got error no hidden test ran/,
  ],
  [
    'a mistake that says nothing of itself',
    { 'solutions/mistakes/shouts.ts': MISTAKE.replace('// fails: echoes a line\n', '') },
    /has no lines "fails: …" and "says: …"/,
  ],
  [
    'a test that no mistake fails',
    {
      'exercises/.hidden/tiny.test.ts': SECOND_TEST,
      'exercises/hints.md': HINTS + HINTS.replace('echoes a line', 'stays up'),
    },
    /no mistake fails "stays up"/,
  ],
  ['a test without hints', { 'exercises/hints.md': '' }, /no hints for "echoes a line"/],
  [
    'hints without a test',
    { 'exercises/hints.md': HINTS + HINTS.replace('echoes a line', 'sings') },
    /hints for "sings", which is not the title of a test/,
  ],
  [
    'hints in two steps',
    { 'exercises/hints.md': HINTS.replace('3. Three.\n', '') },
    /"echoes a line" has 2 hints instead of 3/,
  ],
  ['a stray file', { 'solutions/notes.txt': '' }, /a stray file: notes\.txt/],
  [
    'tests that do not run',
    { 'exercises/.hidden/tiny.test.ts': "throw new Error('no')" },
    /solution: should pass, but: error/,
  ],
  ['no tests at all', { 'exercises/.hidden/tiny.test.ts': 'export {}' }, /solution: should pass, but: error/],
  [
    'tests that are all skipped',
    { 'exercises/.hidden/tiny.test.ts': TEST.replace('test(', 'test.skip(') },
    /solution: should pass, but: error, no hidden test ran/,
  ],
  ['a file that is missing', { 'solutions/README.md': undefined }, /no solutions\/\d\d-tiny\/README\.md/],
]

describe('in a course of which every exercise breaks a rule', () => {
  let lines: string[]

  beforeAll(async () => {
    const { stdout, exitCode } = await verify(courseOf(...BREACHES.map(([, breach]) => breach)))

    expect(exitCode).toBe(1)
    lines = stdout.split('\n')
  })

  test.each(BREACHES.map(([what, , surprise], i) => ({ what, surprise, name: nameOf(i) })))(
    'catches $what',
    ({ name, surprise }) => {
      const failed = lines.filter((line) => line.startsWith(`FAILED: ${name} `))

      expect(failed.join('\n')).toMatch(surprise)
      expect(lines).toContainEqual(
        expect.stringMatching(`^${name} +\\d+ passed, ${failed.length} failed, \\d+ skipped$`),
      )
    },
  )
})

test('catches a mistake that fails by another test first', async () => {
  const copy = courseOf({
    'exercises/.hidden/tiny.test.ts': SECOND_TEST,
    'solutions/mistakes/shouts.ts': MISTAKE.replace('fails: echoes a line', 'fails: stays up').replace(
      'HELLO',
      'X',
    ),
  })
  const only = ['--only', 'mistake']

  expect((await verify(copy, only)).exitCode).toBe(0)
  const { stdout, exitCode } = await verify(copy, [...only, '--in-order'])

  expect(stdout).toMatch(/should fail "stays up", but failed "echoes a line"/)
  expect(exitCode).toBe(1)
})
