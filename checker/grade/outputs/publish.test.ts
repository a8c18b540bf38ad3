import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { failing, passing } from '../../testing/cohort/records.ts'
import { type Attempt, addRun, type Ledger, readLedger } from '../store/ledger.ts'
import type { GradeRecord, Learner } from '../store/record.ts'
import { Store } from '../store/store.ts'
import type { Answers } from './agree.ts'
import { publish } from './publish.ts'
import { PLAIN_POLICY } from './scores.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const SILENT = [{ title: 'echoes', code: 'silent' }]
const LEARNERS: Learner[] = ['alice', 'bob', 'carol'].map((id) => ({ id }))

let out: string
let store: Store
let printed: string[]
const say = (line: string) => void printed.push(line)
const NOBODY: Answers = { yes: false, ask: undefined, say }

beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'publish-'))
  store = new Store(out)
  printed = []
})
afterEach(() => rmSync(out, { recursive: true, force: true }))

/** Stores a result, and returns the attempt that it belongs to. */
function handedIn(record: GradeRecord, file: string, again = false): Attempt {
  const hash = `${record.exercise}-${file}`
  store.keep({ ...record, hash }, again)
  const { learner, exercise } = record
  return { learner, exercise, file, hash }
}

async function run(attempts: Attempt[], answers: Answers = NOBODY, learners = LEARNERS): Promise<boolean> {
  const before = readLedger(out)
  const after: Ledger = addRun(before, learners, attempts)
  return publish(out, before, after, { root, store, policy: PLAIN_POLICY, unplaced: [], answers })
}

/** Gives these answers in turn. */
function answering(...lines: string[]): Answers & { asked: string[] } {
  const asked: string[] = []
  const ask = async (question: string) => {
    asked.push(question)
    return lines.shift() ?? ''
  }
  return { ...NOBODY, ask, asked }
}

const scores = () => {
  const { results } = JSON.parse(readFileSync(join(out, 'results.json'), 'utf8'))
  return Object.fromEntries(results.map((each: GradeRecord) => [each.learner, each.score]))
}
const failAll = () => LEARNERS.map(({ id }) => handedIn(failing(id, '03-echo', SILENT), `${id} first`))
const passAll = () => LEARNERS.map(({ id }) => handedIn(passing(id, '03-echo'), `${id} second`))

test('results that differ are approved one by one, and asked about again as long as they are not', async () => {
  expect(await run(failAll())).toBe(true)
  const some = answering('y', 'n', '')
  expect(await run(passAll(), some)).toBe(true)

  expect(some.asked[1]).toBe('2/3  bob  03-echo  fail 0.50 -> pass 1.00  [y/n/a/k/q] ')
  expect(scores()).toEqual({ alice: 1, bob: 0.5, carol: 0.5 })
  expect(printed).toContain('2 of them stay as they were.\n')

  const rest = answering('k')
  expect(await run(passAll(), rest)).toBe(true)
  expect(rest.asked).toHaveLength(1)
  expect(scores()).toEqual({ alice: 1, bob: 0.5, carol: 0.5 })

  expect(await run(passAll(), answering('n', 'a'))).toBe(true)
  expect(scores()).toEqual({ alice: 1, bob: 0.5, carol: 1 })
})

test('to quit leaves all as it was, as does nobody to ask', async () => {
  await run(failAll())

  expect(await run(passAll(), answering('y', 'q'))).toBe(false)
  expect(await run(passAll())).toBe(false)
  expect(scores()).toEqual({ alice: 0.5, bob: 0.5, carol: 0.5 })
})

test.each([
  [['bob:03-echo'], { alice: 0.5, bob: 1, carol: 0.5 }],
  [['bob', 'carol'], { alice: 0.5, bob: 1, carol: 1 }],
  [['03-echo'], { alice: 1, bob: 1, carol: 1 }],
])('--accept %j replaces these and no others', async (accept, expected) => {
  await run(failAll())

  expect(await run(passAll(), { ...NOBODY, accept })).toBe(true)
  expect(scores()).toEqual(expected)
})

test('--accept that names nothing is refused, and replaces nothing', async () => {
  await run(failAll())

  await expect(run(passAll(), { ...NOBODY, accept: ['bobby'] })).rejects.toThrow(
    '--accept "bobby" names no result that differs. Name some of those that do, such as alice:03-echo.',
  )
  expect(scores()).toEqual({ alice: 0.5, bob: 0.5, carol: 0.5 })
})

test.each([
  ['alice', '--accept alice:03-echo to replace only that.'],
  ['$(id)', '--accept LEARNER:EXERCISE to replace only that.'],
])(
  'where nobody can be asked it says what to add, and nothing of %s that a shell would run',
  async (id, says) => {
    await run([handedIn(failing(id, '03-echo', SILENT), 'first')], NOBODY, [{ id }])

    expect(await run([handedIn(passing(id, '03-echo'), 'second')], NOBODY, [{ id }])).toBe(false)
    expect(printed.at(-1)).toBe(`Not an interactive terminal: add --yes to replace all of them, or ${says}`)
  },
)

test('--accept names an id that has a comma in it', async () => {
  const learners = [{ id: 'Ng, Ann' }, { id: 'Ng' }]
  const failed = learners.map(({ id }) => handedIn(failing(id, '03-echo', SILENT), `${id} first`))
  const passed = learners.map(({ id }) => handedIn(passing(id, '03-echo'), `${id} second`))
  await run(failed, NOBODY, learners)

  expect(await run(passed, { ...NOBODY, accept: 'Ng, Ann:03-echo'.split(',') }, learners)).toBe(true)
  expect(scores()).toEqual({ 'Ng, Ann': 1, Ng: 0.5 })
})

test('what --again finds differently is asked about, and what is not accepted stays as it was', async () => {
  await run(failAll())
  const anew = LEARNERS.map(({ id }) => handedIn(passing(id, '03-echo'), `${id} first`, true))

  expect(await run(anew)).toBe(false)
  expect(await run(anew, { ...NOBODY, accept: ['alice'] })).toBe(true)
  expect(scores()).toEqual({ alice: 1, bob: 0.5, carol: 0.5 })

  expect(await run(anew, { ...NOBODY, accept: ['bob'] })).toBe(true)
  expect(scores()).toEqual({ alice: 1, bob: 1, carol: 0.5 })
})

test('another roster than last time shows what it changes, in points, and asks once', async () => {
  await run(failAll())
  const granted: Learner[] = [
    { id: 'alice', adjust: 10, reason: 'helped others' },
    { id: 'bob', excused: 'all' },
    { id: 'carol', name: 'Carol' },
  ]

  expect(await run(failAll(), NOBODY, granted)).toBe(false)
  expect(printed.join('\n')).toContain(`The roster grants something else than last time:
  alice: nothing -> adjusted by +10 of 100 points: helped others
  bob: nothing -> excused`)
  expect(printed.join('\n')).toMatch(/alice +of 100 points +50\.0 +-> +60\.0/)

  const yes = answering('y')
  expect(await run(failAll(), yes, granted)).toBe(true)
  expect(yes.asked).toEqual(['Grade by these rules? [y/N] '])
  const left = answering('n')
  expect(await run(failAll(), left)).toBe(false)
})

test('a file that could not be judged before is no regrade', async () => {
  const error: GradeRecord = { ...passing('alice', '03-echo'), verdict: 'error', score: 0 }
  await run([{ learner: 'alice', exercise: '03-echo', record: error }])

  expect(await run(passAll())).toBe(true)
})
