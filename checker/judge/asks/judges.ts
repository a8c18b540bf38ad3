import { availableParallelism } from 'node:os'
import { Judge } from './judge.ts'

/** Jobs after which a judge is replaced: Jest keeps a little of every run. */
const JOBS_A_JUDGE = 40

/** As many judges as there are cores: each is busy with one learner's program at a time. */
export const defaultJudges = Math.max(1, availableParallelism())

/**
 * Works through a list with several judges at once; `work` is called with a judge that nobody else uses. Stops
 * starting new work when `signal` aborts.
 */
export async function shareOut<T>(
  root: string,
  items: readonly T[],
  judges: number,
  work: (judge: Judge, item: T) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const queue = [...items].reverse()
  const serve = async () => {
    let judge: Judge | undefined
    let jobs = 0
    for (let item = queue.pop(); item !== undefined && !signal?.aborted; item = queue.pop()) {
      if (jobs === JOBS_A_JUDGE) {
        await judge?.stop()
        judge = undefined
        jobs = 0
      }
      judge ??= new Judge(root)
      jobs += 1
      await work(judge, item)
    }
    await judge?.stop()
  }
  await Promise.all(Array.from({ length: Math.min(judges, items.length) }, serve))
}
