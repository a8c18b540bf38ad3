import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { changesBetween } from '../outputs/changes.ts'
import { PLAIN_POLICY, scoresOf } from '../outputs/scores.ts'
import {
  type Attempt,
  addRun,
  keptRoster,
  readLedger,
  recordsOf,
  withSightings,
  writeLedger,
} from './ledger.ts'
import type { GradeRecord } from './record.ts'
import { Store } from './store.ts'

const folder = mkdtempSync(join(tmpdir(), 'ledger-'))
afterAll(() => rmSync(folder, { recursive: true }))

const alice = { id: 'alice' }
const attempt = (file: string, hash = `${file} address`): Attempt => ({
  learner: 'alice',
  exercise: '03-echo',
  file,
  hash,
})

function record(hash: string, score: number): GradeRecord {
  const verdict = score === 1 ? 'pass' : 'fail'
  return {
    version: 1,
    learner: 'alice',
    exercise: '03-echo',
    verdict,
    score,
    sandboxed: true,
    hash,
    gradedAt: '',
  }
}

test('a new file is an attempt beside the older ones', () => {
  const first = addRun({ learners: [], attempts: [] }, [alice], [attempt('one')])
  const second = addRun(first, [alice], [attempt('two')])
  expect(second.attempts.map(({ file }) => file)).toEqual(['one', 'two'])
})

test('the same file, graded by other tests, takes the place of itself', () => {
  const first = addRun({ learners: [], attempts: [] }, [alice], [attempt('one')])
  const second = addRun(first, [alice], [attempt('one', 'by other tests')])
  expect(second.attempts).toEqual([attempt('one', 'by other tests')])
})

test('what could not be read does not outlive the next run', () => {
  const unread: Attempt = { learner: 'alice', exercise: '03-echo', record: record('', 0) }
  const first = addRun({ learners: [], attempts: [] }, [alice], [unread])
  expect(addRun(first, [alice], [attempt('one')]).attempts).toEqual([attempt('one')])
})

test('who is not in a run stays in the gradebook', () => {
  const first = addRun({ learners: [], attempts: [] }, [alice, { id: 'bob' }], [attempt('one')])
  const second = addRun(first, [{ id: 'bob' }, { id: 'carol' }], [])
  expect(second.learners.map(({ id }) => id)).toEqual(['bob', 'carol', 'alice'])
  expect(second.attempts).toEqual([attempt('one')])
})

test('who is not in a run is gone, and back in the next that has them', () => {
  const first = addRun({ learners: [], attempts: [] }, [alice, { id: 'bob' }], [])
  const second = addRun(first, [alice], [])
  expect(second.learners).toEqual([alice, { id: 'bob', gone: true }])
  expect(addRun(second, [{ id: 'bob' }, alice], []).learners).toEqual([{ id: 'bob' }, alice])
})

const EMPTY = { learners: [], attempts: [] }
const at = (file: string, submittedAt: string, learner = 'alice'): Attempt => ({
  ...attempt(file),
  learner,
  submittedAt,
})
const NOW = new Date('2027-02-10T00:00:00Z')
const times = (attempts: readonly Attempt[]) => attempts.map(({ submittedAt }) => submittedAt)

test('a copy or a second download is as early as the first that was seen, of this learner', () => {
  const first = withSightings(EMPTY, [at('one', '2027-01-30T00:00:00Z')], NOW)
  const copies = [
    at('one', '2027-02-05T00:00:00Z'),
    at('two', '2027-02-05T00:00:00Z'),
    at('one', '2027-02-06T00:00:00Z', 'bob'),
    { ...at('one', '2027-02-07T00:00:00Z'), exercise: '06-lines' },
  ]
  const second = withSightings({ ...EMPTY, seen: first.seen }, copies, NOW)

  expect(times(second.attempts)).toEqual([
    '2027-01-30T00:00:00Z',
    '2027-02-05T00:00:00Z',
    '2027-02-06T00:00:00Z',
    '2027-02-07T00:00:00Z',
  ])
  expect(second.seen).toHaveLength(4)
})

test('a module that changes makes another hand-in of the same file', () => {
  const withParser = (parser: string, time: string) => ({
    ...at('one', time),
    beside: { 'parser.ts': parser },
  })
  const first = [withParser('early', '2027-01-30T00:00:00Z')]
  const ledger = addRun({ ...EMPTY, ...withSightings(EMPTY, first, NOW) }, [alice], first)
  const changed = withSightings(ledger, [withParser('late', '2027-02-05T00:00:00Z')], NOW).attempts

  expect(times(changed)).toEqual(['2027-02-05T00:00:00Z'])
  expect(addRun(ledger, [alice], changed).attempts).toHaveLength(2)
})

test('an earlier time than the one that was seen counts, and none that is still to come', () => {
  const ledger = { ...EMPTY, attempts: [at('one', '2027-02-05T00:00:00Z')] }
  expect(times(withSightings(ledger, [at('one', '2027-01-30T00:00:00Z')], NOW).attempts)).toEqual([
    '2027-01-30T00:00:00Z',
  ])
  expect(times(withSightings(EMPTY, [at('one', '2031-01-01T00:00:00Z')], NOW).attempts)).toEqual([
    NOW.toISOString(),
  ])
})

test('the roster is kept with all that it grants, but for those who are gone', () => {
  const bob = { id: 'bob', name: 'Bob', excused: ['03-echo'], url: 'https://git.example/bob' }
  writeLedger(folder, { learners: [bob, { id: 'carol', gone: true }], attempts: [], roster: true })
  expect(keptRoster(readLedger(folder))).toEqual([bob])
  expect(keptRoster({ learners: [bob], attempts: [] })).toBeUndefined()
})

test.each([
  'https://me:hunter2@git.example/bob',
  'https://hunter2@git.example/bob',
  'https://git.example/bob?t=hunter2',
])('no password of %s is kept, and without it nothing is fetched', (url) => {
  writeLedger(folder, { learners: [{ id: 'bob', url }], attempts: [], roster: true })
  expect(readFileSync(join(folder, 'ledger.json'), 'utf8')).not.toContain('hunter2')
  expect(() => keptRoster(readLedger(folder))).toThrow('Name it again: --roster FILE')
})

test('a ledger is read as it was written, and a broken one is named and not replaced', () => {
  expect(readLedger(join(folder, 'new'))).toEqual({ learners: [], attempts: [] })
  const ledger = { learners: [alice], attempts: [attempt('one')] }
  writeLedger(folder, ledger)
  expect(readLedger(folder)).toEqual(ledger)
  const path = join(folder, 'ledger.json')
  writeFileSync(path, '{"version":1,"learners":[')
  expect(() => readLedger(folder)).toThrow(`${path} cannot be read (`)
  writeFileSync(path, '{"version":2,"learners":[],"attempts":[]}')
  expect(() => readLedger(folder)).toThrow('restore it from a copy, or move it away')
})

test('of two results of the same, the first stays; a torn one does not', () => {
  const store = new Store(folder)
  store.keep(record('a', 1))
  store.keep(record('a', 0))
  expect(store.result('a')?.score).toBe(1)
  store.keep(record('a', 0), true)
  expect(store.result('a')?.score).toBe(0)
  expect(store.shown('a')?.score).toBe(1)
  store.forgetShown()
  expect(store.shown('a')?.score).toBe(0)
  writeFileSync(join(folder, 'records', 'a.json'), '{"version":1,')
  expect(store.result('a')).toBeUndefined()
  store.keep(record('a', 1))
  expect(store.result('a')?.score).toBe(1)
  expect(readdirSync(join(folder, 'records'))).toEqual(['a.json'])
})

test('a result belongs to a file, and not to a learner', () => {
  const store = new Store(folder)
  store.keep(record('shared', 1))
  const attempts: Attempt[] = [
    attempt('x', 'shared'),
    { ...attempt('x', 'shared'), learner: 'bob', submittedAt: 'then' },
  ]
  const records = recordsOf({ attempts }, store)
  expect(records.map(({ learner, submittedAt }) => [learner, submittedAt])).toEqual([
    ['alice', undefined],
    ['bob', 'then'],
  ])
})

test('a result that comes out differently is a change, a new one is none', () => {
  const scores = (...records: GradeRecord[]) => scoresOf([alice], ['03-echo'], records, PLAIN_POLICY)
  expect(changesBetween(scores(), scores(record('a', 1)))).toEqual([])
  expect(changesBetween(scores(record('a', 1)), scores(record('b', 1)))).toEqual([])
  expect(changesBetween(scores(record('a', 1)), scores(record('b', 0.5)))).toEqual([
    { learner: 'alice', exercise: '03-echo', before: 'pass 1.00', after: 'fail 0.50' },
  ])
})
