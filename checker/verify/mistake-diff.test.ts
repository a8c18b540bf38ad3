import { applyDiff, makeDiff } from './mistake-diff.ts'

const REFERENCE = 'one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\n'
const PROGRAM = REFERENCE.replace('five', '5')
const DIFF = makeDiff('server.ts', REFERENCE, PROGRAM)

test('a diff makes the program of the reference', () => {
  expect(DIFF).toBe(
    '--- server.ts\n+++ server.ts\n@@ -2,7 +2,7 @@\n two\n three\n four\n-five\n+5\n six\n seven\n eight\n',
  )
  expect(applyDiff(REFERENCE, DIFF)).toBe(PROGRAM)
})

test.each(['', `zero\n${REFERENCE}`, `${REFERENCE}ten\n`, REFERENCE.replaceAll('\n', ';\n'), 'nine'])(
  'a diff to %j makes it, whatever it is',
  (program) => {
    expect(applyDiff(REFERENCE, makeDiff('server.ts', REFERENCE, program))).toBe(program)
  },
)

test('there is no diff between a program and itself', () => {
  expect(makeDiff('server.ts', REFERENCE, REFERENCE)).toBe('')
})

test('a hunk is not moved to where it would fit', () => {
  expect(() => applyDiff(`zero\n${REFERENCE}`, DIFF)).toThrow('line 2 of the reference is not "two"')
  expect(() => applyDiff(REFERENCE.slice('one\n'.length), DIFF)).toThrow(
    'line 2 of the reference is not "two"',
  )
})

test('a line around a change that differs is an error', () => {
  expect(() => applyDiff(REFERENCE.replace('eight', '8'), DIFF)).toThrow(
    'line 8 of the reference is not "eight"',
  )
  expect(() => applyDiff(REFERENCE.replace('five', ' five'), DIFF)).toThrow(
    'line 5 of the reference is not "five"',
  )
})

test('the end of a file is compared too', () => {
  const diff = makeDiff('server.ts', 'one', 'two')

  expect(() => applyDiff('one\n', diff)).toThrow('the end of the reference is not as the diff has it')
})

test.each([
  ['no diff', 'five becomes 5\n'],
  ['an empty one', ''],
  ['two', DIFF + DIFF],
  ['a hunk that was cut short', DIFF.replace('+5\n', '')],
])('%s is an error', (_, diff) => {
  expect(() => applyDiff(REFERENCE, diff)).toThrow(/it is not (a|one) unified diff/)
})
