import { readsAsText, toGlyphs } from './glyphs.ts'

const shown = (bytes: string | Buffer) =>
  toGlyphs(Buffer.from(bytes))
    .map(({ text, plain }) => (plain ? text : `[${text}]`))
    .join('')

test.each([
  ['text', 'héllo ✓ 👋', 'héllo ✓ 👋'],
  ['line endings', 'a\r\n\tb\0', 'a[\\r][\\n][\\t]b[\\0]'],
  ['a backslash that is a backslash', '\\n', '\\n'],
  ['terminal escapes', '\x1b[31m\x7f', '[\\x1B][31m[\\x7F]'],
  ['C1 controls', '\u009b', '[\\u009b]'],
  ['marks that turn the direction', 'a\u202eb\u2066', 'a[\\u202e]b[\\u2066]'],
  ['what has no width', '\u200b\ufeff\u00ad\u2028', '[\\u200b][\\ufeff][\\u00ad][\\u2028]'],
  ['tag characters', '\u{e0041}', '[\\ue0041]'],
  ['the replacement character', '\ufffd', '[\\ufffd]'],
])('spells out %s', (_, text, expected) => {
  expect(shown(text)).toBe(expected)
})

test('shows bytes that are not UTF-8 one by one', () => {
  expect(shown(Buffer.from([0x61, 0xe9, 0x62, 0xf0, 0x9f, 0x91]))).toBe('a[\\xE9]b[\\xF0][\\x9F][\\x91]')
})

test('accounts for every byte', () => {
  const bytes = Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 131 + (i >> 3)) & 0xff))

  expect(toGlyphs(bytes).reduce((sum, glyph) => sum + glyph.bytes, 0)).toBe(bytes.length)
})

test('tells text from other bytes', () => {
  expect(readsAsText(Buffer.from('GET / HTTP/1.1\r\n\r\n'))).toBe(true)
  expect(readsAsText(Buffer.from([0, 0, 0, 5, 104, 105]))).toBe(false)
})
