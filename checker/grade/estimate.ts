import type { GradeJob } from './job.ts'
import type { Ledger } from './store/ledger.ts'
import type { Store } from './store/store.ts'

/**
 * A guess for a program about which nothing is known: an ordinary exercise on an ordinary machine.
 */
const GUESS_MS = 4000
/** How many earlier results of an exercise are averaged to estimate the next. */
const SAMPLE = 25

/** How long a run may take, and what the estimate is based on. */
export interface Estimate {
  seconds: number
  /** Exercises that were never graded here: their share is a guess. */
  guessed: readonly string[]
}

/**
 * Estimates jobs from what the last files of the same exercises took here, including the second
 * runs of failures.
 */
export function estimate(
  jobs: readonly Pick<GradeJob, 'exercise'>[],
  judges: number,
  { attempts }: Pick<Ledger, 'attempts'>,
  store: Pick<Store, 'result'>,
): Estimate {
  const wanted = new Set(jobs.map(({ exercise }) => exercise))
  const known = new Map<string, number[]>()
  for (const { exercise, hash } of attempts.toReversed()) {
    const times = known.get(exercise) ?? []
    if (hash === undefined || !wanted.has(exercise) || times.length === SAMPLE) continue
    const { verdictJson, second } = store.result(hash) ?? {}
    if (verdictJson) known.set(exercise, [...times, verdictJson.ms + (second?.ms ?? 0)])
  }
  const mean = (times: readonly number[]) => times.reduce((sum, ms) => sum + ms, 0) / times.length
  const all = [...known.values()].flat()
  const usual = all.length > 0 ? mean(all) : GUESS_MS
  const ms = jobs.reduce((sum, { exercise }) => sum + mean(known.get(exercise) ?? [usual]), 0)
  return {
    seconds: ms / Math.max(1, Math.min(judges, jobs.length)) / 1000,
    guessed: [...wanted].filter((exercise) => !known.has(exercise)),
  }
}

/** `about 40 s`, `about 3 min`, `about 2.5 h`. */
export function aboutSeconds(seconds: number): string {
  if (seconds < 90) return `about ${Math.ceil(seconds)} s`
  if (seconds < 90 * 60) return `about ${Math.ceil(seconds / 60)} min`
  return `about ${(seconds / 3600).toFixed(1)} h`
}
