import { execa } from 'execa'
import { Course, ECHO, SHOUT, TINY } from './course.ts'

/** The hidden tests, run as Jest users and their editors run tests. */
const FILE = 'exercises/03-tiny/server.ts'
let course: Course

beforeEach(() => {
  course = new Course({ '03-tiny': TINY }).withChecker()
  course.copy('jest.config.ts')
  course.copy('checker/testing/jest-runner.js')
})

afterEach(() => course.remove())

/** As typed: without a flag for Node, and without what this Jest puts into the environment. */
function npxJest() {
  const env = { NODE_ENV: undefined, NODE_OPTIONS: undefined, JEST_WORKER_ID: undefined }
  return execa('npx', ['jest', 'exercises/03'], { cwd: course.root, env, reject: false })
}

test('npx jest exercises/03 passes a right server', async () => {
  course.put(FILE, ECHO)

  const { stderr, exitCode } = await npxJest()

  expect(stderr).toContain('✓ echoes a line')
  expect(exitCode).toBe(0)
})

test('npx jest exercises/03 fails a wrong server with its sentence, once', async () => {
  course.put(FILE, SHOUT)

  const { stderr, exitCode } = await npxJest()

  expect(stderr).toContain('CheckFailure: The server should send alice "hello\\n"')
  expect(stderr.match(/● echoes a line/g)).toHaveLength(1)
  expect(stderr).not.toMatch(/at .*checker\//)
  expect(exitCode).toBe(1)
})
