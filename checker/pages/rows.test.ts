import { event, failing, testResult } from '../testing/samples.ts'
import { toRows } from './rows.ts'
import { markWrong } from './wrong.ts'

const rowsOf = (test = failing) => {
  const rows = toRows(test)
  markWrong(rows, test)
  return rows
}

test('makes one row of pieces that follow each other', () => {
  const row = rowsOf().find(({ pieces }) => pieces.length > 1)

  expect(row).toMatchObject({
    kind: 'sent',
    length: 6,
    pieces: [
      { from: 0, at: 4 },
      { from: 3, at: 5 },
    ],
  })
  expect(row?.stretches[0]?.bytes.toString()).toBe('hello\n')
})

test('counts the time since the last piece of the row before', () => {
  expect(rowsOf().find(({ at }) => at === 9)?.since).toBe(4)
})

test('keeps apart what was only sent', () => {
  const conversation = [
    event(1, 'sent', { peer: 'alice', says: 'a' }),
    event(2, 'sent', { peer: 'alice', says: 'b' }),
  ]

  expect(toRows(testResult({ conversation }))).toHaveLength(3)
})

test('finds the wrong byte by its position in the stream', () => {
  const wrong = rowsOf().filter((row) => row.wrong !== undefined)

  expect(wrong).toMatchObject([{ kind: 'received', at: 9, wrong: 4 }])
})

test('counts from the last time that the client connected', () => {
  const before = [
    event(0.3, 'connect', { peer: 'alice' }),
    event(0.4, 'received', { peer: 'alice', says: 'x'.repeat(100) }),
  ]
  const rows = rowsOf({ ...failing, conversation: [...before, ...failing.conversation] })

  expect(rows.filter((row) => row.wrong !== undefined)).toMatchObject([{ at: 9, wrong: 4 }])
})

test('lights no byte where events were left out', () => {
  const left = event(2, 'note', { text: '7 events left out' })
  const rows = rowsOf({ ...failing, conversation: [left, ...failing.conversation] })

  expect(rows.findIndex((row) => row.wrong !== undefined)).toBe(rows.length - 1)
})

test.each([
  ['ended', 'fin'],
  ['reset', 'reset'],
  ['exited', 'exit'],
  ['silent', 'end'],
] as const)('shows %s at %s', (code, kind) => {
  const conversation = [
    ...failing.conversation,
    event(10, 'fin', { peer: 'bob' }),
    event(11, 'fin', { peer: 'alice' }),
    event(12, 'reset', { peer: 'alice' }),
    event(13, 'exit', { text: 'exited with code 1' }),
  ]
  const rows = rowsOf({ ...failing, code, failure: { code, message: '', peer: 'alice' }, conversation })
  const wrong = rows.filter((row) => row.wrong !== undefined)

  expect(wrong).toMatchObject([{ kind, wrong: true, ...(kind === 'fin' && { peer: 'alice' }) }])
})

test('names the time in which a test waited in vain, and no other time at the end', () => {
  const silent = { ...failing, code: 'silent', ms: 1009 }

  expect(rowsOf(silent).at(-1)?.since).toBe(1000)
  expect(rowsOf({ ...failing, ms: 1009 }).at(-1)?.since).toBe(0)
})

test('finds the wrong byte in what a client prints', () => {
  const failure = {
    ...failing.failure,
    code: 'wrong-bytes' as const,
    message: '',
    peer: 'client',
    position: 7,
  }
  const conversation = [
    event(1, 'stdout', { says: 'hello' }),
    event(2, 'received', { peer: 'the server', says: 'hello' }),
    event(3, 'stdout', { says: 'world' }),
  ]

  expect(
    rowsOf({ ...failing, failure, conversation }).filter((row) => row.wrong !== undefined),
  ).toMatchObject([{ kind: 'stdout', at: 3, wrong: 2 }])
})
