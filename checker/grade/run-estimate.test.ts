import { RunEstimate } from './run-estimate.ts'

const JUDGES = 2
/** This many fails gather before they are run again, with nothing beside them. */
const GATHERED = 16

interface SimulatedFile {
  exercise: string
  ms: number
  fails: boolean
}

/**
 * Simulates a run on its own clock, and returns what was estimated at each moment beside what was
 * true.
 */
function simulate(files: readonly SimulatedFile[], overhead: number): { estimated: number; left: number }[] {
  let clock = 0
  const estimate = new RunEstimate(
    files.map(({ exercise }) => exercise),
    JUDGES,
    () => clock,
  )
  const seen: { at: number; estimated: number }[] = []
  const look = () => seen.push({ at: clock, estimated: estimate.left() })
  let waiting: SimulatedFile[] = []
  const rerun = () => {
    for (const { exercise, ms } of waiting) {
      clock += ms * overhead
      estimate.second(exercise, ms)
      look()
    }
    waiting = []
  }
  for (let i = 0; i < files.length; i += JUDGES) {
    const together = files.slice(i, i + JUDGES)
    clock += Math.max(...together.map(({ ms }) => ms)) * overhead
    for (const { exercise, ms, fails } of together) estimate.first(exercise, ms, !fails)
    waiting.push(...together.filter(({ fails }) => fails))
    look()
    if (waiting.length >= GATHERED) rerun()
  }
  rerun()
  return seen.map(({ at, estimated }) => ({ estimated, left: clock - at }))
}

/** Nineteen learners by five exercises, some of which take long; every third file fails. */
const cohort = Array.from({ length: 95 }, (_, i): SimulatedFile => {
  const exercise = i % 5
  return { exercise: `0${exercise + 1}`, ms: 800 + 900 * exercise, fails: (i * 7) % 3 === 0 }
})

test.each([
  ['an idle machine', 1.1, cohort],
  ['a busy one', 3, cohort],
  ['a cohort that passes', 1.1, cohort.map((file) => ({ ...file, fails: false }))],
  ['a cohort that fails', 1.1, cohort.map((file) => ({ ...file, fails: true }))],
])(
  'the time that is left is told within a factor of two, but for the very first and last: %s',
  (_, overhead, files) => {
    const seen = simulate(files, overhead)
    const middle = seen.slice(4, -4)

    for (const { estimated, left } of middle) {
      expect(estimated / left).toBeGreaterThan(0.5)
      expect(estimated / left).toBeLessThan(2)
    }
  },
)
