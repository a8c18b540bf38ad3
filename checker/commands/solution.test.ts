import { diffText } from '../report/diff.ts'
import { CourseOfThree, MINE } from '../testing/course-of-three.ts'
import { diff } from './diff.ts'
import { solution } from './solution.ts'

/** `npm run solution` and `npm run diff`, for learners who have passed. */
const PLAIN = { width: 78, color: false, unicode: false }
let course: CourseOfThree

beforeEach(() => {
  course = new CourseOfThree()
})

afterEach(() => course.remove())

test('the solution is for those who have passed', async () => {
  await expect(solution(course.root, '3', {})).rejects.toThrow('You have not passed 03-echo yet.')

  course.record('03-echo', 'pass')
  await solution(course.root, '3', {})

  expect(course.said).toContain('solutions/03-echo/server.ts\n\none\ntwo\n')
})

test('the solution is shown before a pass only after a question', async () => {
  await expect(solution(course.root, '3', { anyway: true })).rejects.toThrow(
    'Not an interactive terminal: add --yes to confirm.',
  )

  await solution(course.root, '3', { anyway: true, yes: true })

  expect(course.said).toContain('one\ntwo')
})

test('diff shows both files line by line, control characters spelled out', async () => {
  course.put(MINE, 'one\n\x1b[2Jtoo\n')
  course.record('03-echo', 'pass')

  await diff(course.root, '3', {})

  expect(course.said.split('\n')).toEqual([
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
  course.put(MINE, 'one\r\ntwo\r\n')

  expect(diffText(course.root, course.exerciseOf('echo'), PLAIN)).toBe(
    `${MINE} is the same as the solution, line for line.`,
  )
})

test('diff is in colour on a terminal', () => {
  const text = diffText(course.root, course.exerciseOf('echo'), { ...PLAIN, color: true })

  expect(text).toContain('\x1b[31m-// TODO\x1b[39m')
  expect(text).toContain('\x1b[32m+one\x1b[39m')
})

test('diff breaks a line of code at words where the terminal is narrow, and only there', () => {
  const code = "    socket.on('data', (chunk) => socket.write(chunk))"
  course.put(MINE, `${code}\none\ntwo\n`)
  const rows = (unicode: boolean, columns?: number) =>
    diffText(course.root, course.exerciseOf('echo'), { ...PLAIN, width: 40, unicode }, columns).split('\n')

  expect(rows(true, 40).filter((row) => row.startsWith('-   '))).toEqual([
    "-    socket.on('data', (chunk) =>",
    '-    ↪ socket.write(chunk))',
  ])
  expect(rows(false, 40)).toContain('-    \\ socket.write(chunk))')
  expect(rows(false)).toContain(`-${code}`)
})

test('diff keeps what is deeply indented within the terminal', () => {
  course.put(MINE, `${' '.repeat(60)}${'word '.repeat(20)}\n`)

  const rows = diffText(course.root, course.exerciseOf('echo'), PLAIN, 40).split('\n').slice(3)

  expect(Math.max(...rows.map((row) => row.length))).toBeLessThanOrEqual(40)
})

test('the solution is left to the terminal, line for line: it is to be copied', async () => {
  const code = `const answer = '${'long '.repeat(30)}'\n`
  course.put('solutions/03-echo/server.ts', code)
  course.record('03-echo', 'pass')

  await solution(course.root, '3', {})

  expect(course.said).toContain(code)
})

test('diff is for those who have passed, too', async () => {
  await expect(diff(course.root, '3', {})).rejects.toThrow('You have not passed 03-echo yet.')
  expect(course.said).toBe('')
})
