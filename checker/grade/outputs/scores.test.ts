import type { GradeRecord } from '../store/record.ts'
import { hasTotal, PLAIN_POLICY, type Policy, scoresOf } from './scores.ts'

const DEADLINE = '2027-01-31T12:00:00.000Z'

function record(exercise: string, score: number, submittedAt?: string): GradeRecord {
  const verdict = score === 1 ? 'pass' : 'fail'
  const base = {
    version: 1,
    learner: 'alice',
    exercise,
    verdict,
    score,
    sandboxed: true,
    hash: '',
    gradedAt: DEADLINE,
  } as const
  return { ...base, ...(submittedAt !== undefined && { submittedAt }) }
}

function totalOf(records: GradeRecord[], policy: Partial<Policy> = {}): number | undefined {
  return scoresOf([{ id: 'alice' }], ['01-listen', '03-echo'], records, { ...PLAIN_POLICY, ...policy })[0]
    ?.total
}

test('a total is the mean of the exercises, what was not handed in among them', () => {
  expect(totalOf([])).toBe(0)
  expect(totalOf([record('01-listen', 1)])).toBe(0.5)
  expect(totalOf([record('01-listen', 1), record('03-echo', 0.5)])).toBe(0.75)
})

test('there is no total as long as something that counts could not be judged', () => {
  const error = { ...record('03-echo', 0), verdict: 'error' } as const
  const scoreOf = (excused?: string[], weights = {}) =>
    scoresOf([{ id: 'alice', ...(excused && { excused }) }], ['01-listen', '03-echo'], [error], {
      ...PLAIN_POLICY,
      weights,
    }).map((score) => [hasTotal(score), score.unjudged])

  expect(scoreOf()).toEqual([[false, 1]])
  expect(scoreOf(['03-echo'])).toEqual([[true, undefined]])
  expect(scoreOf(undefined, { '03-echo': 0 })).toEqual([[true, undefined]])
})

test('weights count', () => {
  expect(totalOf([record('03-echo', 1)], { weights: { '03-echo': 3 } })).toBe(0.75)
  expect(totalOf([record('03-echo', 1)], { weights: { '01-listen': 0, '03-echo': 0 } })).toBe(0)
})

test('of several attempts the last counts, or the best', () => {
  const records = [record('03-echo', 1), record('03-echo', 0.5), record('01-listen', 0)]
  expect(totalOf(records)).toBe(0.25)
  expect(totalOf(records, { attempts: 'best' })).toBe(0.5)
})

test('a late file loses a share for each day that has begun, down to a floor', () => {
  const late = { graceMinutes: 15, perDay: 0.1, floor: 0.5 }
  const at = (time: string) =>
    scoresOf([{ id: 'alice' }], ['03-echo'], [record('03-echo', 1, time)], {
      ...PLAIN_POLICY,
      late,
      deadline: DEADLINE,
    })[0]
  expect(at('2027-01-31T11:59:00Z')?.total).toBe(1)
  expect(at('2027-01-31T12:15:00Z')?.total).toBe(1)
  expect(at('2027-01-31T12:16:00Z')?.total).toBeCloseTo(0.9)
  expect(at('2027-02-01T12:01:00Z')?.cells[0]?.lateDays).toBe(2)
  expect(at('2027-03-01T12:00:00Z')?.total).toBe(0.5)
})

test('of a late right file and a wrong one in time, the better after the policy counts', () => {
  const records = [
    record('03-echo', 0.8, '2027-01-30T00:00:00Z'),
    record('03-echo', 1, '2027-02-03T00:00:00Z'),
  ]
  const late = { graceMinutes: 0, perDay: 0.1, floor: 0 }
  const [score] = scoresOf([{ id: 'alice' }], ['03-echo'], records, {
    ...PLAIN_POLICY,
    attempts: 'best',
    late,
    deadline: DEADLINE,
  })
  expect(score?.cells[0]).toMatchObject({ score: 0.8, lateDays: 0 })
})
