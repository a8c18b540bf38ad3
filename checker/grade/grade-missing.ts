import type { GradeJob } from './job.ts'
import { GradeProgress } from './progress.ts'
import { RunEstimate, type RunTimes } from './run-estimate.ts'
import type { Attempt } from './store/ledger.ts'
import type { GradeRecord } from './store/record.ts'
import type { Store } from './store/store.ts'

/** Grades a file: on this machine's judges, or on workers behind a queue. */
export type Grader = (job: GradeJob, times?: RunTimes) => Promise<GradeRecord>

export interface GradeSetting {
  store: Store
  again: boolean
  signal: AbortSignal
  /** See `Graders`. */
  judges?: number | undefined
  /** Called when the result at an address is stored here, so that others may drop it. */
  kept?: (hash: string) => void
}

/**
 * Has all jobs graded, this many at once, and stores each result as it comes. Returns the results
 * that are not stored, since they say nothing about the file: another run may do better. Ends early
 * when `signal` aborts.
 */
export async function gradeMissing(
  jobs: readonly GradeJob[],
  grade: Grader,
  width: number,
  { store, again, signal, judges = 1, kept }: GradeSetting,
): Promise<GradeRecord[]> {
  const estimate = new RunEstimate(
    jobs.map(({ exercise }) => exercise),
    judges,
  )
  const progress = new GradeProgress(jobs.length, estimate)
  const errors: GradeRecord[] = []
  const left = jobs.values()
  const work = async () => {
    for (const job of left) {
      if (signal.aborted) return
      const record = await grade(job, estimate)
      // Judges that were just told to stop have nothing true to say.
      if (signal.aborted) return
      if (record.verdict === 'error') errors.push(record)
      else store.keep(record, again)
      kept?.(job.hash)
      progress.add(record)
    }
  }
  await Promise.all(Array.from({ length: Math.min(width, jobs.length) }, work))
  return errors
}

/** The attempts; those whose result is not stored hold it themselves. */
export function withErrors(attempts: readonly Attempt[], errors: readonly GradeRecord[]): Attempt[] {
  const byHash = new Map(errors.map((record) => [record.hash, record]))
  return attempts.map((attempt) => {
    const record = byHash.get(attempt.hash ?? '')
    if (!record) return attempt
    const { hash: _, ...rest } = attempt
    return { ...rest, record: { ...record, learner: attempt.learner } }
  })
}
