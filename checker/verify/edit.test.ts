import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Exercise, findExercise } from '../course/course.ts'
import { editMistake, updateMistakes } from './edit.ts'
import { findMistake, programOf } from './mistakes.ts'

const REFERENCE = `${Array.from({ length: 12 }, (_, i) => `step(${i + 1})`).join('\n')}\n`
const HEADER = '# Skips a step.\n#\n# fails: takes every step\n# says: but\n\n'
const SKIPS = `${HEADER}--- server.ts\n+++ server.ts\n@@ -4,7 +4,6 @@\n step(4)\n step(5)\n step(6)\n-step(7)\n step(8)\n step(9)\n step(10)\n`

let root: string
let exercise: Exercise

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'accept-loop-'))
  put('exercises/01-tiny/server.ts', '// TODO\n')
  put('exercises/01-tiny/libc.ts', 'export {}\n')
  put('solutions/01-tiny/server.ts', REFERENCE)
  put('solutions/01-tiny/mistakes/skips.diff', SKIPS)
  git('init', '-q')
  commit()
  const found = findExercise(root, '01')
  if ('near' in found) throw new Error('there is no exercise 01')
  exercise = found
})

afterEach(() => rmSync(root, { recursive: true }))

test('edits the whole program, and makes the diff of it', async () => {
  const path = await editMistake(root, exercise, 'skips')
  expect(path).toBe('.workshop/mistakes/01-tiny/skips/01-tiny/server.ts')
  expect(read(path)).toBe(
    `// Skips a step.\n//\n// fails: takes every step\n// says: but\n\n${REFERENCE.replace('step(7)\n', '')}`,
  )
  expect(existsSync(join(root, dirname(path), 'libc.ts'))).toBe(true)

  put(path, read(path).replace('step(12)\n', '').replace('Skips a step', 'Skips two'))
  const updates = await updateMistakes(root, exercise)

  expect(updates).toEqual([{ file: 'mistakes/skips.diff', state: 'made', text: `from ${path}` }])
  expect(read('solutions/01-tiny/mistakes/skips.diff')).toContain('# Skips two.\n')
  expect(program('skips')).toContain('step(6)\nstep(8)\nstep(9)\nstep(10)\nstep(11)\n')
  expect(program('skips')).not.toContain('step(12)')
  expect(existsSync(join(root, path))).toBe(false)
  expect(await updateMistakes(root, exercise)).toEqual([])
})

test('a new mistake has a header to fill in, and is left until it is', async () => {
  const path = await editMistake(root, exercise, 'stops-early')
  expect(read(path)).toBe(`// What it does, in a sentence.\n//\n// fails:\n// says:\n\n${REFERENCE}`)
  put(path, read(path).replace('step(12)\n', ''))

  expect(await updateMistakes(root, exercise)).toEqual([
    left('stops-early', `${path} does not say in its header which test it "fails:" and what that "says:"`),
  ])

  put(path, read(path).replace('fails:', 'fails: takes every step').replace('says:', 'says: but'))
  expect(await updateMistakes(root, exercise)).toMatchObject([{ state: 'made' }])
  expect(program('stops-early')).not.toContain('step(12)')
})

test('a program that is being edited is not written over', async () => {
  const path = await editMistake(root, exercise, 'skips')
  put(path, 'mine')

  expect(await editMistake(root, exercise, 'skips')).toBe(path)
  expect(read(path)).toBe('mine')
})

test('a program that does what the reference does is left', async () => {
  const path = await editMistake(root, exercise, 'skips')
  put(path, read(path).replace('step(6)\n', 'step(6)\nstep(7)\n'))

  expect(await updateMistakes(root, exercise)).toEqual([
    left('skips', `${path} does what the reference does`),
  ])
})

test.each([['Skips'], ['skips.ts'], ['../skips'], ['']])('%j is not a name for a mistake', async (name) => {
  await expect(editMistake(root, exercise, name)).rejects.toThrow('is not a name for a mistake')
})

test('a whole program is edited where it is', async () => {
  put('solutions/01-tiny/mistakes/short.ts', '// fails: a\n// says: b\n')

  await expect(editMistake(root, exercise, 'short')).rejects.toThrow(
    'edit solutions/01-tiny/mistakes/short.ts itself',
  )
})

test('re-bases what does not apply any more', async () => {
  reference(`before()\n${REFERENCE.replace('step(12)', 'last()')}`)
  expect(() => program('skips')).toThrow(
    'mistakes/skips.diff does not apply to solutions/01-tiny/server.ts: line 4 of the reference is not "step(4)". npm run verify 01 -- --update re-bases it.',
  )

  expect(await updateMistakes(root, exercise)).toEqual([
    { file: 'mistakes/skips.diff', state: 're-based', text: '' },
  ])

  expect(read('solutions/01-tiny/mistakes/skips.diff')).toBe(SKIPS.replace('-4,7 +4,6', '-5,7 +5,6'))
  expect(program('skips')).toContain('before()\nstep(1)')
})

test('re-bases on a reference that has been committed since, several times', async () => {
  for (const line of ['one()', 'two()', 'three()']) {
    reference(`${line}\n${read('solutions/01-tiny/server.ts')}`)
    commit()
  }

  expect(await updateMistakes(root, exercise)).toMatchObject([{ state: 're-based' }])
  expect(program('skips')).toContain('three()\ntwo()\none()\nstep(1)\n')
})

test('leaves a conflict to a person, and makes the diff of what they make of it', async () => {
  reference(REFERENCE.replace('step(7)', 'step(seven)'))
  const path = '.workshop/mistakes/01-tiny/skips/01-tiny/server.ts'

  expect(await updateMistakes(root, exercise)).toEqual([
    left('skips', `conflicts with the reference: edit ${path}, then --update again`),
  ])
  expect(read('solutions/01-tiny/mistakes/skips.diff')).toBe(SKIPS)
  expect(read(path)).toContain('<<<<<<< the reference\nstep(seven)\n=======\n>>>>>>> the mistake\n')
  expect(await updateMistakes(root, exercise)).toEqual([left('skips', `${path} still has conflict markers`)])

  put(path, read(path).replace(/<{7}.*>{7} the mistake\n/s, ''))
  expect(await updateMistakes(root, exercise)).toMatchObject([{ state: 'made' }])
  expect(program('skips')).toContain('step(6)\nstep(8)\n')
})

test('carries an edit over to a reference that changed meanwhile', async () => {
  const path = await editMistake(root, exercise, 'skips')
  put(path, read(path).replace('step(6)\n', ''))
  reference(`before()\n${REFERENCE}`)

  expect(await updateMistakes(root, exercise)).toMatchObject([{ state: 'made' }])
  expect(program('skips')).toContain('before()\nstep(1)\nstep(2)\nstep(3)\nstep(4)\nstep(5)\nstep(8)\n')
})

test('names a mistake that the reference makes by now', async () => {
  reference(REFERENCE.replace('step(7)\n', ''))

  expect(await updateMistakes(root, exercise)).toEqual([
    left('skips', 'is what the reference does by now: delete it, or edit it with --edit'),
  ])
  expect(read('solutions/01-tiny/mistakes/skips.diff')).toBe(SKIPS)
})

test('says so where no version of the reference fits', async () => {
  rmSync(join(root, '.git'), { recursive: true })
  reference('other()\n')

  expect(await updateMistakes(root, exercise)).toEqual([
    left('skips', 'applies to no version of the reference that git knows; mend it by hand'),
  ])
  await expect(editMistake(root, exercise, 'skips')).rejects.toThrow(
    'solutions/01-tiny/mistakes/skips.diff applies to no version of the reference that git knows',
  )
})

test('finds a mistake by its name or path, and offers names that are near', () => {
  expect(findMistake(root, exercise, 'skips').file).toBe('mistakes/skips.diff')
  expect(findMistake(root, exercise, 'solutions/01-tiny/mistakes/skips.diff').name).toBe('skips')
  expect(() => findMistake(root, exercise, 'skps')).toThrow(
    '01-tiny has no mistake "skps". Did you mean skips?',
  )
  expect(() => findMistake(root, exercise, 'something')).toThrow('They are in solutions/01-tiny/mistakes.')
})

function left(name: string, text: string) {
  return { file: `mistakes/${name}.diff`, state: 'left', text }
}

function program(name: string): string {
  return programOf(root, exercise, findMistake(root, exercise, name))
}

function reference(text: string): void {
  put('solutions/01-tiny/server.ts', text)
}

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

function commit(): void {
  git('add', 'solutions')
  git('-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '-qm', 'Change the reference')
}

function git(...args: string[]): void {
  execFileSync('git', args, { cwd: root, stdio: 'ignore' })
}
