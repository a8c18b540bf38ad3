import type { JudgeSlot } from '../judge/asks/judge-slot.ts'
import type { Job } from '../judge/job.ts'
import type { Verdict } from '../judge/verdict.ts'
import type { Surprise } from './claims.ts'
import type { Proof } from './proof.ts'
import { isCertain, unsteadyAllowed } from './steadiness.ts'

/**
 * A proof whose runs surprise as listed, with the judge that runs it and the seeds it was given.
 */
function proofThat(kind: Proof['kind'], surprises: Surprise[]) {
  const seeds: number[] = []
  const judge = {
    judge: async ({ seed }: Job) => {
      seeds.push(seed)
      return {} as Verdict
    },
  } as unknown as JudgeSlot
  const proof: Proof = { exercise: '01-tiny', name: 'x', kind, judge: () => surprises[seeds.length - 1] }
  const ask = () => isCertain(judge, { seed: 1 } as Job, proof)
  return { ask, seeds }
}

test('calls a mistake unsteady that surprises once in three runs', async () => {
  const { ask, seeds } = proofThat('mistake', [undefined, undefined])

  expect(await ask()).toBe(false)
  expect(new Set([1, ...seeds]).size).toBe(3)
})

test.each([
  ['the second', ['passed'], 1],
  ['the third', [undefined, 'passed'], 2],
])('calls a surprise certain that comes again in %s run', async (_, surprises, runs) => {
  const { ask, seeds } = proofThat('mistake', surprises)

  expect(await ask()).toBe(true)
  expect(seeds).toHaveLength(runs)
})

test.each(['right', 'stub'] as const)('gives a program of kind %s no second run', async (kind) => {
  const { ask, seeds } = proofThat(kind, [])

  expect(await ask()).toBe(true)
  expect(seeds).toEqual([])
})

test('allows unsteady mistakes in a whole course, and none in an exercise', () => {
  expect([1, 105, 249, 250, 1500].map(unsteadyAllowed)).toEqual([0, 0, 0, 1, 6])
})
