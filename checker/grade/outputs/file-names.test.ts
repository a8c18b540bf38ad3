import { fileNamesOf } from './file-names.ts'

function names(ids: string[]): string[] {
  return [...fileNamesOf(ids).values()]
}

test('an id that is safe is the name', () => {
  expect(names(['alice', 'S1234567', 'bob.b@school.example', 'García'])).toEqual([
    'alice',
    'S1234567',
    'bob.b@school.example',
    'García',
  ])
})

test('no name leaves its folder, is hidden, or is a device', () => {
  for (const id of [
    '../../etc/passwd',
    '.ssh',
    '-rf',
    '..',
    '',
    'a\\b',
    'a\nb',
    'a:b',
    'CON',
    'lpt1',
    'x.',
    'ali\u202Ece',
  ]) {
    const [name = ''] = names([id])
    expect(name).toMatch(/^[\p{L}\p{N}_][\p{L}\p{M}\p{N}._@+-]*-[0-9a-f]{12}$/u)
    expect(name).not.toMatch(/^\.|[/\\:\n]/)
  }
})

test('no two are the same, whatever the file system makes of case and accents', () => {
  const ids = [
    'alice',
    'Alice',
    'ALICE',
    'a/b',
    'a?b',
    'a_b',
    'é',
    'e\u0301',
    'ß',
    'SS',
    'x'.repeat(300),
    `${'x'.repeat(300)}y`,
  ]
  const folded = names(ids).map((name) => name.normalize('NFKD').toLowerCase())

  expect(new Set(folded).size).toBe(ids.length)
  expect(names(ids).every((name) => Buffer.byteLength(name) < 240)).toBe(true)
})

test('nobody can be called what another is renamed to', () => {
  const renamed = names(['alice', 'Alice'])[1] ?? ''
  const all = names(['alice', 'Alice', renamed])

  expect(new Set(all).size).toBe(3)
})
