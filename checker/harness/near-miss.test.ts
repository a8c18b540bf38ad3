import { nearMissOf } from './near-miss.ts'

/**
 * What was expected and what came, one character per byte, and in what way they are nearly the
 * same.
 */
const CASES: [string, string, string | undefined][] = [
  ['hello\n', 'hello\r\n', 'crlf'],
  ['hello world\n', 'helloworld\n', 'trimmed'],
  ['hello world\n', 'hello\n world\n', 'added-newline'],
  ['hello\nworld\n', 'hello\nhello\nworld\n', 'doubled'],
  ['a\x80\n', 'a\xEF\xBF\xBD\n', 'replacement'],
  ['hello\n', 'jello\n', undefined],
  // The wrong byte happens to be the first byte of the answer.
  ['\x00\x00\x00\x09\x01', '\x00\x00\x00\x09\x00', undefined],
]

test.each(CASES)('calls %j that came as %j %s', (expected, actual, nearMiss) => {
  const [wanted, came] = [expected, actual].map((text) => Buffer.from(text, 'latin1')) as [Buffer, Buffer]
  const offset = wanted.findIndex((byte, i) => byte !== came[i])

  expect(nearMissOf(wanted, offset, came.subarray(offset))).toBe(nearMiss)
})
