import type { Verdict } from '../judge/verdict.ts'
import type { View } from '../terminal/view.ts'
import { renderAll, renderTally } from './tally.ts'

const view: View = { width: 40, color: false, unicode: false }

function verdict(exercise: string, outcome: Verdict['verdict'], seed = 1): Verdict {
  return { version: 1, exercise, verdict: outcome, seed, ms: 1, tests: [] }
}

test('says how many exercises pass', () => {
  expect(renderAll([verdict('01-listen', 'pass'), verdict('02-accept', 'pass')], view)).toBe(
    '2 of 2 exercises pass.',
  )
})

test('names those that do not, in 40 columns', () => {
  const verdicts = [
    verdict('01-listen', 'pass'),
    verdict('02-accept', 'fail'),
    verdict('08-half-close', 'error'),
  ]

  expect(renderAll(verdicts, view)).toBe('1 of 3 exercises pass. Not yet:\n02-accept, 08-half-close.')
})

test('calls verdicts that differ flaky, with the seeds that show it', () => {
  expect(renderTally([verdict('03-echo', 'pass', 5), verdict('03-echo', 'fail', 6)], view)).toBe(
    '03-echo: flaky: 1 pass, 1 fail (pass\nwith --seed 5, fail with --seed 6)',
  )
})
