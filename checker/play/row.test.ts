import type { View } from '../terminal/view.ts'
import { renderBytes, renderEvent, renderPrinted } from './row.ts'

const WIDE: View = { width: 78, color: false, unicode: true }
const NARROW: View = { width: 40, color: false, unicode: true }
const PLAIN: View = { width: 78, color: false, unicode: false }

test('shows who sent what which way', () => {
  expect(renderBytes('alice', 'out', Buffer.from('hello\n'), false, WIDE)).toBe(
    'alice  ──▶ "hello\\n"  6 bytes',
  )
  expect(renderBytes('alice', 'in', Buffer.from('h'), false, PLAIN)).toBe('alice  <-- "h"  1 byte')
  expect(renderEvent('alice', 'in', 'FIN', NARROW)).toBe('alice  ◀ FIN')
})

test('gives each line of a text a row of its own', () => {
  const bytes = Buffer.from('VALUE k 0 2\r\nhi\r\nEND\r\n')

  expect(renderBytes('bob', 'in', bytes, false, WIDE).split('\n')).toEqual([
    'bob    ◀── "VALUE k 0 2\\r\\n"',
    '           "hi\\r\\n"',
    '           "END\\r\\n"  22 bytes',
  ])
})

test('shows hex beside text', () => {
  expect(renderBytes('bob', 'in', Buffer.from('hello, 13 byte'), true, NARROW).split('\n')).toEqual([
    'bob    ◀    0 68 65 6C 6C 6F 2C hello,',
    '            6 20 31 33 20 62 79  13 by',
    '           12 74 65             te',
    '         14 bytes',
  ])
})

test('shows the beginning of what is long', () => {
  const rows = renderBytes('alice', 'in', Buffer.alloc(100_000, 'x'), false, WIDE).split('\n')

  expect(rows).toHaveLength(17)
  expect(rows.at(-1)?.trim()).toBe('… 100,000 bytes in all')
})

test('keeps within the columns, whatever comes', () => {
  const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
  for (const view of [WIDE, NARROW, PLAIN]) {
    const text = [
      renderBytes('alice', 'in', all, false, view),
      renderBytes('alice', 'in', all, true, view),
      renderPrinted('server', 'err', ['a long line of words '.repeat(9), 'x'.repeat(200)], view),
      renderEvent('server', 'own', 'words '.repeat(30), view),
    ]
    expect(text.flatMap((each) => each.split('\n')).filter((line) => line.length > view.width)).toEqual([])
  }
})

test('obeys nothing that a program prints, and leaves out frames that are not theirs', () => {
  const lines = ['\x1b[2J', '    at Socket.emit (node:internal/events:1:2)', '', '  indented']

  expect(renderPrinted('server', 'out', lines, WIDE).split('\n')).toEqual([
    'server out \\x1B[2J',
    'server out   indented',
  ])
})
