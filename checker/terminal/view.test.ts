import { styleText } from 'node:util'
import { cut, wrap } from './view.ts'

const VIEW = { width: 78, color: true, unicode: true }

test('wraps at spaces, and cuts a long word behind a sign', () => {
  expect(wrap('one two three', 8)).toBe('one two\nthree')
  expect(wrap('see exercises/03-echo/server.ts now', 14, '  ')).toBe(
    '  see\n  exercises/\n  03-echo/\n  server.ts\n  now',
  )
})

test('colours take no room, and go on in the next line', () => {
  const bold = styleText('bold', 'one two three', { validateStream: false })

  expect(wrap(bold, 8)).toBe('\x1b[1mone two\x1b[22m\n\x1b[1mthree\x1b[22m')
})

test('wide characters take two columns', () => {
  expect(wrap('你好 世界', 5)).toBe('你好\n世界')
  expect(wrap('你好世界', 5)).toBe('你好\n世界')
  expect(wrap('你\t好', 1)).toContain('好')
  expect(cut('你好世界', 6, VIEW)).toBe('你好…')
})

test('cuts between characters', () => {
  expect(cut('good morning', 6, VIEW)).toBe('good …')
  expect(cut('👍🏽👍🏽👍🏽', 4, VIEW)).toBe('👍🏽…')
})

test.each([
  ['See which ones with npm run list, then go on.', 24, 'See which ones with\nnpm run list, then go\non.'],
  [
    'It is gone. npm run check 03 -- --submission solutions shows it.',
    50,
    'It is gone.\nnpm run check 03 -- --submission solutions shows\nit.',
  ],
])('never breaks the command of %j', (text, width, wrapped) => {
  expect(wrap(text, width)).toBe(wrapped)
})
