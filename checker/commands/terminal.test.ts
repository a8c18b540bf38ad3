import { execa } from 'execa'
import { Course, ECHO, SHOUT, SMALL, STUB, TINY } from '../testing/course.ts'
import { hasPty, Screen } from '../testing/pty.ts'

/**
 * Commands typed into a terminal: questions and their answers, and the way from a failure to the
 * finish.
 */
const FILE = 'exercises/01-tiny/server.ts'

let course: Course

beforeEach(() => {
  course = new Course({ '01-tiny': TINY, '02-small': SMALL }).withChecker()
})

afterEach(() => course.remove())

function accept(...args: string[]) {
  return execa(process.execPath, [course.main, ...args], { cwd: course.root, reject: false })
}

const isPossible = hasPty()
if (!isPossible) console.warn('Skipped: questions in a terminal need script from util-linux.')
const inPty = isPossible ? test : test.skip

inPty.each([
  ['yes', 'yes\r', 0, STUB, /is the stub again\.\s+Your file is kept/],
  ['Return alone', '\r', 0, SHOUT, /Nothing was changed\./],
  ['Ctrl-D', '\x04', 0, SHOUT, /\(y\/N\)\s*\nNothing was changed\./],
  ['Ctrl-C', '\x03', 130, SHOUT, /\(y\/N\)\s*\n$/],
])('reset takes %s for an answer', async (_, keys, code, left, words) => {
  course.save(FILE, SHOUT)
  const terminal = Screen.inPty(`${process.execPath} ${course.main} reset 1`, course.root)
  try {
    await terminal.shows(/Put the stub of 01-tiny back in place of your file\? \(y\/N\)/)

    terminal.press(keys)

    expect(await terminal.exitCode()).toBe(code)
    expect(terminal.text).toMatch(words)
    expect(course.read(FILE)).toBe(left)
  } finally {
    await terminal.close()
  }
})

inPty('an error fits into 40 columns, and so does what to do next', async () => {
  const terminal = Screen.inPty(`stty cols 40; ${process.execPath} ${course.main} wire --plan`, course.root)

  expect(await terminal.exitCode()).toBe(2)
  expect(terminal.text.split(/\r?\n/)).toEqual([
    "error: unknown option '--plan'",
    '(npm run wire -- --help lists its',
    'options)',
    '',
  ])
})

inPty('a check says which test runs, and for how long, once that takes a while', async () => {
  course.save(FILE, ECHO.replace('socket.pipe(socket)', '{}'))
  const terminal = Screen.inPty(`${process.execPath} ${course.main} check 1`, course.root)

  await terminal.shows(/ … echoes a line {2}\d+\.\d s/)

  expect(await terminal.exitCode()).toBe(1)
})

test('a check in a pipe does not', async () => {
  course.save(FILE, ECHO.replace('socket.pipe(socket)', '{}'))

  expect((await accept('check', '1')).stdout).not.toMatch(/echoes a line {2}\d+\.\d s/)
})

test('a check that can keep nothing here is an error, in JSON as well', async () => {
  course.save(FILE, ECHO)
  course.put('.workshop', 'a file')

  const { stdout, exitCode } = await accept('check', '1', '--json')

  expect(JSON.parse(stdout)).toMatchObject({ exercise: '01-tiny', verdict: 'error', tests: [] })
  expect(JSON.parse(stdout).message).toMatch(/\.workshop.*npm run doctor tells you what the course needs/)
  expect(exitCode).toBe(3)
})

test('leads from a failure to the certificate', async () => {
  course.save(FILE, SHOUT)
  await accept('check', '1')
  expect((await accept('hint')).stdout).toMatch(/Hint 1 of 3\s+Look at the case\.\s+npm run hint 01 shows/)

  course.save(FILE, ECHO)
  expect((await accept('check')).stdout).toMatch(/Next:\n {2}npm start 02\n {2}npm run diff 01$/)
  expect((await accept('certificate')).stdout).toContain('  02-small is still the stub\n')

  course.save('exercises/02-small/server.ts', ECHO)
  expect((await accept('check')).stdout).toMatch(/Next:\n {2}npm run certificate$/)
  const { stdout, exitCode } = await accept('certificate', '--name', 'Ada')

  expect(stdout).toMatch(/2\/2 ok +02-small\n\nYou have finished the course/)
  expect(exitCode).toBe(0)
  expect(course.read('.workshop/certificate.html')).toContain('Ada')
})

test('a file that does not compile has no hint but to look where', async () => {
  course.save(FILE, 'const =')
  await accept('check', '1')

  expect((await accept('hint', '1')).stdout.replace(/\s+/g, ' ')).toContain(
    'The file did not compile in its last check. See where: npm run check 01',
  )
})
