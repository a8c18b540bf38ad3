import { passing } from '../testing/cohort/records.ts'
import { aboutSeconds, estimate } from './estimate.ts'

const jobs = (exercise: string, count: number) => Array.from({ length: count }, () => ({ exercise }))
const attempt = (exercise: string, hash: string) => ({ learner: 'alice', exercise, hash })
/** Each took 1.234 s, as in `passing`. */
const store = { result: (hash: string) => ({ ...passing('alice', '03-echo'), hash }) }

test('a run takes as long as such files took before, shared among the judges', () => {
  const attempts = [attempt('03-echo', 'a')]
  expect(estimate(jobs('03-echo', 10), 2, { attempts }, store)).toEqual({
    seconds: expect.closeTo(6.17),
    guessed: [],
  })
  expect(estimate(jobs('03-echo', 1), 8, { attempts }, store).seconds).toBeCloseTo(1.234)
})

test('what was never graded takes as long as the others, and says that this is a guess', () => {
  const attempts = [attempt('03-echo', 'a')]
  expect(estimate([...jobs('06-lines', 2), ...jobs('03-echo', 2)], 1, { attempts }, store)).toEqual({
    seconds: expect.closeTo(4.936),
    guessed: ['06-lines'],
  })
  expect(estimate(jobs('06-lines', 3), 1, { attempts: [] }, store)).toEqual({
    seconds: 12,
    guessed: ['06-lines'],
  })
})

test.each([
  [0.4, 'about 1 s'],
  [89, 'about 89 s'],
  [91, 'about 2 min'],
  [9000, 'about 2.5 h'],
])('%d s are %s', (seconds, text) => {
  expect(aboutSeconds(seconds)).toBe(text)
})
