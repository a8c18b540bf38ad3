import { brokenFile, failing, passing } from '../../testing/cohort/records.ts'
import { commonFailures } from './common-failures.ts'

test('counts the first failure of each learner, the most frequent first', () => {
  const records = [
    passing('alice', '03-echo'),
    failing('bob', '03-echo', [{ title: 'sends back what it receives', code: 'silent', nearMiss: 'prefix' }]),
    failing('carol', '03-echo', [
      { title: 'sends back what it receives', code: 'silent', nearMiss: 'prefix' },
      { title: 'serves many clients at once, and keeps them apart', code: 'foreign-bytes' },
    ]),
    failing('dave', '03-echo', [{ title: 'sends back what it receives', code: 'reset' }]),
    failing('erin', '03-echo', [
      { title: 'serves many clients at once, and keeps them apart', code: 'foreign-bytes' },
    ]),
    failing('bob', '01-listen', [{ title: 'listens', code: 'wrong-port' }]),
  ]

  const failures = commonFailures(records)

  expect(failures.map(({ exercise, test, learners }) => [exercise, test, learners])).toEqual([
    ['03-echo', 'sends back what it receives', ['bob', 'carol', 'dave']],
    ['01-listen', 'listens', ['bob']],
    ['03-echo', 'serves many clients at once, and keeps them apart', ['erin']],
  ])
  expect(failures[0]).toMatchObject({
    judged: 5,
    ways: [
      { how: 'only a first part of the answer comes', learners: ['bob', 'carol'] },
      { how: 'it resets the connection', learners: ['dave'] },
    ],
  })
})

test('a file that does not compile is a failure without a test', () => {
  const [failure, ...others] = commonFailures([brokenFile('alice', '03-echo'), passing('bob', '03-echo')])

  expect(failure).toEqual({
    exercise: '03-echo',
    learners: ['alice'],
    judged: 2,
    ways: [{ how: 'it does not compile', learners: ['alice'] }],
  })
  expect(others).toEqual([])
})

test('what is flaky, or could not be judged, counts for nobody', () => {
  const flaky = {
    ...failing('alice', '03-echo', [{ title: 'listens', code: 'silent' }]),
    verdict: 'flaky',
  } as const
  const error = { ...passing('bob', '03-echo'), verdict: 'error' } as const

  expect(commonFailures([flaky, error])).toEqual([])
})

test('a way of failing that is not known yet has a sentence, too', () => {
  const [failure] = commonFailures([failing('alice', '03-echo', [{ title: 'listens', code: 'constructor' }])])

  expect(failure?.ways[0]?.how).toBe('it fails in another way')
})
