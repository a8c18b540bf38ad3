import type { Job } from '../job.ts'
import { Judge, type Launcher } from '../run.ts'
import { VERDICT_VERSION, type Verdict } from '../verdict.ts'

/** Jobs after which a judge is replaced: Jest keeps a little of every run. */
const JOBS_A_JUDGE = 40
/** A backstop only: a judge ends by itself what takes long. */
const MOST_MS = 15 * 60_000

/** A place where one job at a time is judged, by a judge in a sandbox of its own where there is a launcher for it. */
export class Court {
  readonly #root: string
  readonly #launcher: Launcher | undefined
  #judge: Judge | undefined
  #jobs = 0

  constructor(root: string, launcher: Launcher | undefined) {
    this.#root = root
    this.#launcher = launcher
  }

  async judge(job: Job): Promise<Verdict> {
    if (this.#judge?.spent || this.#jobs >= JOBS_A_JUDGE) await this.close()
    this.#judge ??= new Judge(this.#root, this.#launcher)
    this.#jobs += 1
    const judge = this.#judge
    const patience = setTimeout(() => judge.kill(), MOST_MS)
    try {
      const verdict = await judge.judge(job)
      // What an odd end may have left behind is gone with the sandbox.
      if (verdict.verdict === 'error') await this.close()
      return verdict
    } catch (error) {
      return failed(job, error)
    } finally {
      clearTimeout(patience)
    }
  }

  /** Ends the judge; the next job gets a new one. */
  async close(): Promise<void> {
    const judge = this.#judge
    this.#judge = undefined
    this.#jobs = 0
    await judge?.stop()
  }

  /** Ends the judge at once. */
  kill(): void {
    this.#judge?.kill()
  }
}

function failed({ exercise, seed }: Job, error: unknown): Verdict {
  const message = `the job could not be given to a judge: ${error instanceof Error ? error.message : error}`
  return { version: VERDICT_VERSION, exercise, verdict: 'error', message, seed, ms: 0, tests: [] }
}
