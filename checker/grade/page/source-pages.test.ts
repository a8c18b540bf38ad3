import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { passing } from '../../testing/cohort/records.ts'
import { othersWithSame, sameFiles } from '../outputs/same-files.ts'
import { Store } from '../store/store.ts'
import { writeSourcePages } from './source-pages.ts'

const out = mkdtempSync(join(tmpdir(), 'sources-'))
afterAll(() => rmSync(out, { recursive: true }))

const store = new Store(out)
const keep = (text: string) => store.keepFile(Buffer.from(text))
const written = () => readdirSync(join(out, 'source')).sort()
const alice = { ...passing('alice', '03-echo'), file: keep('one\r\n<script>alert(1)</script>\u202E') }
const bob = { ...alice, learner: 'bob' }
const carol = { ...alice, learner: 'carol', beside: { 'parser.ts': keep('export {}') } }

test('a page shows a file with its modules, named by what is in it and by no learner', () => {
  const pages = writeSourcePages(out, [alice, bob, carol, passing('dave', '03-echo')])

  expect(written()).toHaveLength(2)
  expect([...pages].map(([{ learner }]) => learner)).toEqual(['alice', 'bob', 'carol'])
  expect(pages.get(alice)).toBe(pages.get(bob))
  const page = readFileSync(join(out, `${pages.get(carol)}`), 'utf8')
  expect(page).toContain('<i>2</i>&lt;script&gt;alert(1)&lt;/script&gt;')
  expect(page).toContain('parser.ts')
  expect(page).not.toMatch(/\u202E|carol/)
})

test('a page that nothing leads to goes, and what is not ours stays', () => {
  writeFileSync(join(out, 'source', 'notes.html'), 'mine')
  writeSourcePages(out, [alice])

  expect(written()).toEqual([expect.stringMatching(/^03-echo-[0-9a-f]{16}\.html$/), 'notes.html'])
})

test('the very same file of several learners is pointed out', () => {
  const groups = sameFiles([alice, bob, carol, { ...alice, exercise: '06-lines' }, alice])

  expect(groups).toEqual([{ exercise: '03-echo', learners: ['alice', 'bob'] }])
  expect(othersWithSame(groups)(bob)).toEqual(['alice'])
  expect(othersWithSame(groups)(carol)).toEqual([])
})
