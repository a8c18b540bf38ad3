import { signsOf } from '../program/bytes.ts'
import { fromHex, unspell } from './spelling.ts'

const ALL = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))

test.each([
  ['hello\n', 'hello\\n'],
  ['a\r\n\t\0', 'a\\r\\n\\t\\0'],
  ['say "hi" \\', 'say \\"hi\\" \\\\'],
  ['é € 😀', 'é € 😀'],
  ['\x1b[31m', '\\x1B[31m'],
  ['\u202e', '\\u202e'],
  ['\ufffd', '\ufffd'],
])('spells %j', (text, spelled) => {
  expect(signsOf(Buffer.from(text)).join('')).toBe(spelled)
})

test('spells what is no UTF-8 byte by byte', () => {
  expect(signsOf(Buffer.from([0x80, 0x41, 0xff, 0xe2, 0x82])).join('')).toBe('\\x80A\\xFF\\xE2\\x82')
})

test('takes back all that it has spelled', () => {
  for (const bytes of [ALL, Buffer.from('é\u202e€\ufeff "\\x41"')])
    expect(unspell(signsOf(bytes).join(''))).toEqual(bytes)
})

test('says what is not an escape', () => {
  expect(() => unspell('a\\qb')).toThrow('"\\q" is not an escape')
  expect(() => unspell('end\\')).toThrow('"\\" is not an escape')
  expect(() => unspell('\\x4')).toThrow('"\\x" is not an escape')
})

test('reads hex digits in pairs', () => {
  expect(fromHex('00 0a FF')).toEqual(Buffer.from([0, 10, 255]))
  expect(fromHex('000aff')).toEqual(Buffer.from([0, 10, 255]))
  for (const odd of ['', '0', '0g', 'hello']) expect(() => fromHex(odd)).toThrow('pairs of hex digits')
})
