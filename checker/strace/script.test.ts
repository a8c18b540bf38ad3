import { parseScript } from './script.ts'

test('reads steps, comments and escapes', () => {
  const script = parseScript('# hello\nalice connects\n\nalice sends "a\\r\\n\\x00\\xff\\"é"\nalice ends\n')

  expect(script).toEqual([
    { who: 'alice', does: 'connects' },
    { who: 'alice', does: 'sends', bytes: Buffer.from([97, 13, 10, 0, 255, 34, 0xc3, 0xa9]) },
    { who: 'alice', does: 'ends' },
  ])
})

test.each(['alice waves', 'alice sends', 'alice ends "x"', 'alice sends "x', 'Alice connects'])(
  'names %s',
  (line) => {
    expect(() => parseScript(`alice connects\n${line}\n`)).toThrow(
      `line 2 of the conversation is not a step: ${line}`,
    )
  },
)
