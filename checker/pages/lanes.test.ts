import { event, longest, passing, testResult } from '../testing/samples.ts'
import { livesOf, toLanes } from './lanes.ts'
import { toRows } from './rows.ts'

const lanesOf = (test = passing, subject = 'server') => toLanes(toRows(test), subject)

test('puts clients to the left of the server', () => {
  expect(lanesOf()).toMatchObject({ names: ['alice', 'server'], program: 1 })
})

test('puts what the program connects to on its right', () => {
  const conversation = [
    event(1, 'sent', { peer: 'stdin', says: 'hi' }),
    event(2, 'accept', { peer: 'the server' }),
    event(3, 'received', { peer: 'the server', says: 'hi' }),
  ]

  expect(lanesOf(testResult({ conversation }), 'client').names).toEqual(['stdin', 'client', 'the server'])
})

test('gives a crowd one lane together', () => {
  const { names, of } = lanesOf(longest(100))

  expect(names).toHaveLength(13)
  expect(names.slice(-2)).toEqual(['89 more', 'server'])
  expect(of.get('client-99')).toBe(11)
})

test('draws a connection until both sides have ended', () => {
  const rows = toRows(passing)
  const lives = livesOf(rows, lanesOf())

  expect(lives.map(([alice]) => alice)).toEqual([
    'none',
    'none',
    'none',
    'open',
    'open',
    'open',
    'half',
    'none',
    'none',
  ])
  expect(lives.map(([, server]) => server)).toEqual(['none', 'quiet', ...Array(7).fill('open')])
})

test('draws nothing of a connection that was reset, whatever comes after', () => {
  const conversation = [
    event(1, 'connect', { peer: 'alice' }),
    event(2, 'pause', { peer: 'alice' }),
    event(3, 'reset-sent', { peer: 'alice' }),
    event(4, 'received', { peer: 'alice', says: 'late' }),
  ]
  const test = testResult({ conversation })

  expect(livesOf(toRows(test), lanesOf(test)).map(([alice]) => alice)).toEqual([
    'none',
    'open',
    'paused',
    'none',
    'none',
    'none',
  ])
})
