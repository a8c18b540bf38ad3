import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { listText } from '../progress/course-list.ts'
import { nextExercise } from '../progress/next.ts'
import { nextHint } from '../progress/next-hint.ts'
import { readProgress } from '../progress/progress.ts'
import { BY_KEY, byCommand } from '../progress/ways.ts'
import { CourseOfThree, NAMES } from '../testing/course-of-three.ts'
import { diff } from './diff.ts'
import { list } from './list.ts'
import { next } from './next.ts'
import { solution } from './solution.ts'

/** A learner's way through the course: next, list and hints. */
const PLAIN = { width: 78, color: false, unicode: false }
let course: CourseOfThree

beforeEach(() => {
  course = new CourseOfThree()
})

afterEach(() => course.remove())

test('next names the first that was not passed, and what failed in it', () => {
  course.record('01-listen', 'pass')
  course.record('02-accept', 'fail')

  expect(next(course.root)).toBe(0)

  expect(course.said).toContain('02-accept: A title\n')
  expect(course.said).toContain('Its last check failed: the server answers')
  expect(course.said).toContain('npm start 02')
})

test('next goes forward first, then back to what was left out', () => {
  course.record('02-accept', 'pass')

  expect(nextExercise(course.root, course.exerciseOf('02'))?.name).toBe('03-echo')
  expect(nextExercise(course.root, course.exerciseOf('03'))?.name).toBe('01-listen')
})

test('next says so when everything is passed', () => {
  for (const name of NAMES) course.record(name, 'pass')

  next(course.root)

  expect(course.said).toContain('You have passed every exercise.')
})

test('list shows each part with status and checks', () => {
  course.record('01-listen', 'pass')
  course.record('02-accept', 'fail')

  expect(listText(course.root, PLAIN)).toBe(
    [
      'Part 1: The dance',
      '  01-listen  passed   1 check  A title',
      '> 02-accept  started  1 check  A title',
      '',
      'Part 2: Bytes',
      '  03-echo    open              A title',
      '',
      '  [##########....................]  1 of 3 passed, you are at 02-accept',
    ].join('\n'),
  )
})

test('hints come one by one, or all at once, and fit into the terminal', () => {
  const long = 'a word '.repeat(20).trim()
  course.put('exercises/03-echo/hints.md', `## answers\n\n1. One?\n2. ${long}\n     code\n3. Three.\n`)
  course.record('03-echo', 'fail')
  const ask = () => nextHint(course.root, course.exerciseOf('echo'), BY_KEY)

  expect(ask()).toBe('03-echo: the server answers\n\nHint 1 of 3\n\n  One?\n\nh shows the next one.')
  const second = ask()
  expect(second).toContain('Hint 2 of 3')
  expect(second).toContain('\n    code\n')
  expect(Math.max(...second.split('\n').map((line) => line.length))).toBeLessThanOrEqual(78)
  expect(ask()).toMatch(/Hint 3 of 3.*That was the last hint for this test\..*\n {2}p {2}talk.*\n {2}s {2}/s)
  expect(nextHint(course.root, course.exerciseOf('echo'), byCommand('03'))).toMatch(
    /npm run play 03 {6}talk.*npm run solution 03 -- --anyway {2}/s,
  )
  expect(
    nextHint(course.root, course.exerciseOf('echo'), BY_KEY, { all: true }).match(/Hint \d of 3/g),
  ).toHaveLength(3)
})

test('gives the hints of any test by words of its title, counted apart', () => {
  course.put(
    'exercises/03-echo/hints.md',
    '## answers\n\n1. One?\n2. Two.\n\n## ends when told\n\n1. Ends?\n2. End.\n',
  )
  course.record('03-echo', 'fail')
  const ask = (test?: string) =>
    nextHint(course.root, course.exerciseOf('echo'), BY_KEY, test === undefined ? {} : { test })

  expect(ask('Ends When')).toContain('03-echo: the server ends when told\n\nHint 1 of 2\n\n  Ends?')
  expect(ask()).toContain('the server answers\n\nHint 1 of 2')
  expect(ask('ends')).toContain('Hint 2 of 2\n\n  End.')
  expect(() => ask('begins')).toThrow(
    /No test of 03-echo has "begins" in its title\. Did you mean answers or ends when told\?/,
  )
})

test('what is gone of the course is named, and how to get it back', async () => {
  rmSync(join(course.root, 'solutions/03-echo/server.ts'))
  course.record('03-echo', 'pass')
  const gone = 'git checkout -- solutions/03-echo/server.ts brings it back'

  await expect(solution(course.root, '3', {})).rejects.toThrow(gone)
  await expect(diff(course.root, '3', {})).rejects.toThrow(gone)
  expect(() => nextHint(course.root, course.exerciseOf('accept'), BY_KEY)).toThrow(
    'no exercises/02-accept/hints.md',
  )
})

test('before any check there is the first hint for the first test', () => {
  course.put('exercises/03-echo/hints.md', '## listens\n\n1. One?\n2. Two.\n\n## answers\n\n1. Other?\n')
  const ask = (all = false) => nextHint(course.root, course.exerciseOf('echo'), BY_KEY, { all })

  expect(ask()).toContain(
    '03-echo: the server listens\n\nHint 1 of 2\n\n  One?\n\nNothing has been checked yet',
  )
  expect(ask()).toMatch(/ r\s+finds\s+the\s+test\s+that\s+you\s+need\s+hints\s+for\./)
  expect(ask(true).match(/Hint \d of 2/g)).toHaveLength(2)
  expect(readProgress(course.root, '03-echo').hints).toBe(0)
})

test('list shows checks in 40 columns, too, where they fit', () => {
  course.record('01-listen', 'pass')

  expect(listText(course.root, { ...PLAIN, width: 40 }).split('\n')[1]).toBe(
    '  01-listen  passed  1 check  A title',
  )
})

test('list fits into 40 columns', () => {
  const widths = listText(course.root, { ...PLAIN, width: 40 })
    .split('\n')
    .map((line) => line.length)

  expect(Math.max(...widths)).toBeLessThanOrEqual(40)
})

test('next, list and its bar take what was passed before for passed', () => {
  for (const name of NAMES) course.record(name, 'pass')
  course.record('02-accept', 'fail')

  next(course.root)

  expect(course.said).toContain('You have passed every exercise. The last check of 02-accept failed.')
  expect(listText(course.root, PLAIN)).toMatch(/ 02-accept {2}passed before .*\[#{30}\] {2}3 of 3 passed$/s)
  expect(listText(course.root, PLAIN, { pending: true })).toBe('You have passed every exercise.')
})

test('list has its mark where the watch is', () => {
  const text = listText(course.root, { ...PLAIN, unicode: true }, { current: '03-echo' })

  expect(text).toMatch(/\n {2}02-accept .*\n▸ 03-echo .*\n\n {2}░{30} {2}0 of 3 passed, you are at 03-echo$/s)
})

test('list --pending leaves out what was passed', () => {
  course.record('01-listen', 'pass')
  course.record('02-accept', 'pass')
  course.record('02-accept', 'fail')

  list(course.root, { json: true, pending: true })

  expect(JSON.parse(course.said)).toMatchObject({
    version: 1,
    current: '03-echo',
    exercises: [{ exercise: '03-echo', status: 'open', attempts: 0, part: 'Part 2: Bytes' }],
  })
})
