import { refusalOf } from './sandbox.ts'

const env = { PATH: process.env.PATH }

test('a sandbox that cannot be made tells what bubblewrap says', () => {
  const wrap = ['sh', '-c', 'echo "bwrap: Creating new namespace failed" >&2; exit 1']

  expect(refusalOf({ wrap, env })).toBe('bwrap: Creating new namespace failed')
})

test('a sandbox whose program is missing tells that it is', () => {
  expect(refusalOf({ wrap: ['no-such-program'], env })).toContain('ENOENT')
})

test('a sandbox that can be made is not refused', () => {
  expect(refusalOf({ wrap: ['env'], env })).toBeUndefined()
})
