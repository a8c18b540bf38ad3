import { renderBytes } from './bytes.ts'

const VIEW = { width: 78, color: false, unicode: true }

test.each([
  ['a byte that is another', 'abcdefgh', 'abXdefgh', 'received', '"X" (58) instead of "c" (63)'],
  ['a byte that is missing', 'abcdefgh', 'abdefgh', 'expected', '"c" (63) is missing'],
  [
    'several that are missing',
    'abcdefghijkl',
    'abfghijkl',
    'expected',
    '3 bytes are missing, from "c" (63) on',
  ],
  ['a byte too many', 'abcdefgh', 'abXcdefgh', 'received', '"X" (58) is one byte too many'],
  ['an end that came too early', 'abcdefgh', 'abc', 'expected', 'nothing instead of "d" (64)'],
  ['nothing at all', 'abc', '', 'expected', 'nothing instead of "a" (61)'],
  ['more than all', 'abc', 'abc\n', 'received', 'LF (0A) instead of nothing'],
])('the caret stands under a byte: %s', (_, expected, actual, label, words) => {
  const lines = textOf(expected, actual)
  const at = lines.findIndex((line) => line.includes('^^'))
  const caret = lines[at] ?? ''

  expect(caret).toContain(words)
  expect(lines[at - 1]).toMatch(new RegExp(`^ +${label} `))
  expect((lines[at - 1] ?? '').slice(caret.indexOf('^^')).slice(0, 2)).toMatch(/^[0-9A-F]{2}$/)
})

function textOf(expected: string, actual: string): string[] {
  const differs = [...expected].findIndex((sign, i) => sign !== actual[i])
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  return renderBytes(
    {
      code: 'wrong-bytes',
      message: '',
      expected: base64(expected),
      actual: base64(actual),
      offset: differs < 0 ? expected.length : differs,
    },
    VIEW,
  ).split('\n')
}
