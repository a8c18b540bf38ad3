import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { readProgress } from '../progress/progress.ts'
import { resetExercise } from '../progress/reset.ts'
import { diffText } from '../report/diff.ts'
import { CourseOfThree, MINE, STUB } from '../testing/course-of-three.ts'
import { reset } from './reset.ts'

/** `npm run reset`: restores the stub as it shipped, and loses no file. */
const NOON = new Date('2026-01-02T12:00:00Z')
const PLAIN = { width: 78, color: false, unicode: false }
let course: CourseOfThree

beforeEach(() => {
  course = new CourseOfThree()
})

afterEach(() => course.remove())

test('reset puts the stub back byte for byte, and keeps the file', async () => {
  course.put(MINE, 'mine\n')

  expect(await reset(course.root, '3', { yes: true })).toBe(0)

  expect(readFileSync(join(course.root, MINE), 'utf8')).toBe(STUB)
  const kept = /^Your file is kept: (.+)$/m.exec(course.said)?.[1] ?? ''
  expect(kept).toMatch(/^\.workshop\/kept\/03-echo\/.+-server\.ts$/)
  expect(readFileSync(join(course.root, kept), 'utf8')).toBe('mine\n')
})

test('reset keeps every file, also two in the same second', () => {
  for (const text of ['first\n', 'second\n']) {
    course.put(MINE, text)
    resetExercise(course.root, course.exerciseOf('echo'), NOON)
  }

  const folder = join(course.root, '.workshop/kept/03-echo')
  expect(readdirSync(folder).sort()).toEqual(['2026-01-02T120000-2-server.ts', '2026-01-02T120000-server.ts'])
  expect(readFileSync(join(folder, '2026-01-02T120000-server.ts'), 'utf8')).toBe('first\n')
})

test('reset brings back a file that is gone', () => {
  rmSync(join(course.root, MINE))

  expect(resetExercise(course.root, course.exerciseOf('echo'))).toBe(`${MINE} is the stub again.`)
  expect(readFileSync(join(course.root, MINE), 'utf8')).toBe(STUB)
})

test('reset does not ask where there is no file to lose', async () => {
  rmSync(join(course.root, MINE))

  expect(await reset(course.root, '3', {})).toBe(0)
  expect(course.said).toContain('is the stub again.')
})

test('a folder in place of the file is named, and left alone', async () => {
  rmSync(join(course.root, MINE))
  course.put(`${MINE}/notes.txt`, 'mine')

  await expect(reset(course.root, '3', { yes: true })).rejects.toThrow(`${MINE} is not a file. Move it away`)
  expect(() => diffText(course.root, course.exerciseOf('echo'), PLAIN)).toThrow(`${MINE} is not a file.`)
  expect(readdirSync(join(course.root, MINE))).toEqual(['notes.txt'])
})

test('reset changes nothing where the stub is untouched, and keeps nothing', async () => {
  await reset(course.root, '3', {})

  expect(course.said).toBe(`${MINE} is already the stub: nothing was changed.\n`)
  expect(existsSync(join(course.root, '.workshop'))).toBe(false)
})

test('reset refuses where nobody can be asked', async () => {
  course.put(MINE, 'mine\n')

  await expect(reset(course.root, '3', {})).rejects.toThrow(
    'Not an interactive terminal: add -- --yes to confirm.',
  )
  expect(readFileSync(join(course.root, MINE), 'utf8')).toBe('mine\n')
})

test('reset forgets what failed, not that it was passed', () => {
  course.record('03-echo', 'pass')
  course.record('03-echo', 'fail')
  course.put(MINE, 'mine\n')

  resetExercise(course.root, course.exerciseOf('echo'))

  const { failing, passedAt, attempts } = readProgress(course.root, '03-echo')
  expect([failing, passedAt !== undefined, attempts]).toEqual([undefined, true, 2])
})
