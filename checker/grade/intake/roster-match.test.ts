import type { Learner } from '../store/record.ts'
import type { Claim } from './claims.ts'
import { matchRoster } from './roster-match.ts'

const claim = (id: string, ...also: string[]): Claim => ({ id, also, entries: [id], parts: [] })

/** The learner of each claim, and the remarks about claims that match no learner. */
function matched(claims: readonly (string | Claim)[], roster: readonly (string | Learner)[]) {
  const { byLearner, strangers } = matchRoster(
    claims.map((each) => (typeof each === 'string' ? claim(each) : each)),
    roster.map((each) => (typeof each === 'string' ? { id: each } : each)),
  )
  return {
    ...Object.fromEntries(
      [...byLearner].flatMap(([{ id }, own]) => own.map((each) => [each.id, id] as const)),
    ),
    ...Object.fromEntries(
      strangers.map(({ claim: { id }, near }) => [id, near ? `near ${near.id}` : 'unknown']),
    ),
  }
}

const ZOE = 'zo\u00eb'

test.each([
  ['the same', ['alice'], ['alice'], { alice: 'alice' }],
  ['a number with a dash', ['21-12345'], ['21-12345', '21-12346'], { '21-12345': '21-12345' }],
  ['another case', ['Alice'], ['aLICE'], { Alice: 'aLICE' }],
  ['another Unicode form', [ZOE.normalize('NFD')], [ZOE], { [ZOE.normalize('NFD')]: ZOE }],
  ['what nobody sees', ['alice'], ['alice\u200b'], { alice: 'alice\u200b' }],
  ['zeros that a spreadsheet took', ['0042'], ['42'], { '0042': '42' }],
  [
    'two that differ in case only',
    ['alice', 'Alice'],
    ['Alice', 'alice'],
    { alice: 'alice', Alice: 'Alice' },
  ],
  ['a case that two could have', ['ALICE'], ['Alice', 'alice'], { ALICE: 'unknown' }],
  ['a slip', ['alcie', 'bob'], ['alice', 'bob'], { alcie: 'near alice', bob: 'bob' }],
  ['a slip of one who is there', ['alcie', 'alice'], ['alice'], { alcie: 'unknown', alice: 'alice' }],
  [
    'an assignment in front of all',
    ['hw-ann-ng', 'hw-bo'],
    ['ann-ng', 'bo'],
    { 'hw-ann-ng': 'ann-ng', 'hw-bo': 'bo' },
  ],
])('%s', (_, claims, roster, expected) => {
  expect(matched(claims, roster)).toEqual(expected)
})

test('what else somebody is called counts if nobody else is called so', () => {
  const ann = { id: 's1', name: 'Ng, Ann', aliases: ['4711', 'both'] }
  const bo = { id: 's2', name: 'Bo Bea', aliases: ['both'] }

  expect(matched([claim('ngann_4711', '4711', 'ngann'), claim('both')], [ann, bo])).toEqual({
    ngann_4711: 's1',
    both: 'unknown',
  })
  expect(matched([claim('ngann_9', '9', 'ngann'), claim('beabo_8', '8', 'beabo')], [ann, bo])).toEqual({
    ngann_9: 's1',
    beabo_8: 's2',
  })
})

test('an id goes before another learner\u2019s second name', () => {
  expect(matched(['alice'], [{ id: 'bob', aliases: ['alice'] }, 'alice'])).toEqual({ alice: 'alice' })
})
