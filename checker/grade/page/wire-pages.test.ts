import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brokenFile, failing, missing, passing } from '../../testing/cohort/records.ts'
import { writeWirePages } from './wire-pages.ts'

const root = join(import.meta.dirname, '..', '..', '..')
let out: string

beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'gradebook-'))
})
afterEach(() => rmSync(out, { recursive: true, force: true }))

const failed = failing('bob', '03-echo', [{ title: 'echoes a line', code: 'silent' }])
const written = () => readdirSync(join(out, 'wire'))

test('shows what failed, and nothing of what passed or of whom it is', () => {
  const pages = writeWirePages(root, out, [
    passing('alice', '03-echo'),
    failed,
    { ...failed, learner: 'carol' },
    missing('dave', '03-echo'),
    brokenFile('erin', '03-echo'),
  ])

  expect(written()).toHaveLength(1)
  expect(written()[0]).toMatch(/^03-echo-[0-9a-f]{16}\.html$/)
  expect([...pages].map(([{ learner }, path]) => [learner, path])).toEqual([
    ['bob', `wire/${written()[0]}`],
    ['carol', `wire/${written()[0]}`],
  ])
  expect(readFileSync(join(out, 'wire', `${written()[0]}`), 'utf8')).not.toMatch(/bob|carol/)
})

test('a page that is there stays, one that nothing leads to goes, and what is not ours stays', () => {
  writeWirePages(root, out, [failed])
  const [page = ''] = written()
  writeFileSync(join(out, 'wire', page), 'as it was')
  writeFileSync(join(out, 'wire', 'notes.html'), 'mine')

  writeWirePages(root, out, [failed])
  expect(readFileSync(join(out, 'wire', page), 'utf8')).toBe('as it was')

  writeWirePages(root, out, [passing('bob', '03-echo')])
  expect(written()).toEqual(['notes.html'])
})
