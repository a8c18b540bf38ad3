import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readPolicy } from './policy.ts'

const EXERCISES = ['01-listen', '03-echo']
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'accept-loop-'))
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

function policyOf(json: string, deadline?: string) {
  const policy = join(folder, 'policy.json')
  writeFileSync(policy, json)
  return readPolicy({ policy, deadline, timezone: 'UTC' }, EXERCISES)
}

test('reads what is given, and leaves the rest plain', () => {
  expect(policyOf('{"weights": {"03-echo": 2}, "late": {"perDay": 0.1}}', '2027-01-31')).toEqual({
    weights: { '03-echo': 2 },
    attempts: 'last',
    deadline: '2027-01-31T23:59:59.999Z',
    late: { graceMinutes: 0, perDay: 0.1, floor: 0 },
  })
})

test.each([
  ['{\n"late": {"perday": 0.1}}', 'policy.json:2: "perday" is not known in "late" (did you mean "perDay"?).'],
  [
    '{"weights": {\n\n"03-ecco": 2}}',
    'policy.json:3: "03-ecco" is not known in "weights" (did you mean "03-echo"?).',
  ],
  ['{"marks": 1}', 'policy.json:1: "marks" is not known in a policy.'],
  ['{"late": {"perDay": 10}}', 'policy.json:1: "perDay" is a number from 0 to 1.'],
  ['{"late": null}', 'policy.json: "late" is an object, { … }.'],
  ['{"weights": []}', 'policy.json: "weights" is an object, { … }.'],
  ['null', 'policy.json: a policy is an object, { … }.'],
  ['[]', 'policy.json: a policy is an object, { … }.'],
  ['{"attempts": "first"}', 'policy.json:1: "attempts" is "best" or "last".'],
  ['{"deadline": 5}', 'policy.json:1: "deadline" is a text.'],
  ['{"deadline": "01/02/2027"}', '"01/02/2027" is not a deadline.'],
  ['{', 'cannot be read'],
])('%s is refused', (json, sentence) => {
  expect(() => policyOf(json)).toThrow(sentence)
})

test('a zone that does not exist is refused', () => {
  expect(() => readPolicy({ timezone: 'Berlin' }, EXERCISES)).toThrow('There is no time zone "Berlin"')
})
