import { execa } from 'execa'
import { Course, SMALL, TINY } from '../testing/course.ts'

/** The reference of TINY echoes. */
const PIECES = `
export const prepare = () => ({ WORD: 'hello' })
const NODE = ${JSON.stringify(process.execPath)}

export const pieces = [
  {
    name: 'content',
    needs: [NODE],
    run: async ({ run, host }) => {
      const { stdout } = await run([NODE, '-p', JSON.stringify(host)])
      if (stdout !== '127.0.0.1\\n') throw new Error(stdout)
    },
  },
  {
    name: 'not content',
    run: async () => {
      throw new Error('The client should like the answer.')
    },
  },
  { name: 'failing', run: ({ run }) => run([NODE, '-e', 'console.error("bad day"), process.exit(7)']) },
  { name: 'absent', needs: ['no-such-program'], run: async () => {} },
]
`
const LOADS = `
export const loads = [{ name: 'turns', rivals: { other: 'same.ts', gone: 'gone.ts' }, measure: async () => 1234 }]
`

let course: Course

beforeEach(() => {
  const solution = { 'solutions/conformance.ts': PIECES, 'solutions/load.ts': LOADS }
  course = new Course({ '01-tiny': { ...TINY, ...solution }, '02-small': SMALL }).withChecker()
})

afterEach(() => course.remove())

function accept(...args: string[]) {
  return execa(process.execPath, [course.main, ...args], { cwd: course.root, reject: false })
}

test('shows what each real client made of the reference', async () => {
  const { stdout, exitCode } = await accept('conformance')

  expect(stdout).toMatch(/^passed {2}01-tiny content +\d\.\d s$/m)
  expect(stdout).toMatch(/^FAILED {2}01-tiny not content +The client should like the answer\.$/m)
  expect(stdout).toMatch(/^FAILED {2}01-tiny failing +\S+ ended with code 7: bad day$/m)
  expect(stdout).toMatch(/^skipped 01-tiny absent +no-such-program is not installed\. .* apt-get install/m)
  expect(stdout).toMatch(/^1 passed, 2 failed, 1 skipped, in \d+ s$/m)
  expect(exitCode).toBe(1)
})

test.each([
  [['01', '--only', '01-tiny content'], 0],
  [['--only', 'absent'], 3],
  [['--only', 'nobody'], 2],
  [['02'], 2],
  [['--submission', 'nowhere'], 2],
])('conformance %j ends with code %i', async (args, code) => {
  expect((await accept('conformance', ...args)).exitCode).toBe(code)
})

test('compares the reference with the servers beside it', async () => {
  const { stdout, exitCode } = await accept('bench', '1', '--servers', '--runs', '1')

  expect(stdout.split('\n')).toEqual([
    '01-tiny: turns',
    '                   p50       min       max     ratio',
    '  reference      1,234     1,234     1,234      1.00',
    '  other          1,234     1,234     1,234      1.00',
    expect.stringMatching(/^ {2}gone {7}skipped: there is no file .*gone\.ts$/),
  ])
  expect(exitCode).toBe(0)
})
