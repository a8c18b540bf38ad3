import { Judge, type Launcher } from '../judge/asks/judge.ts'
import type { Job } from '../judge/job.ts'
import { VERDICT_VERSION, type Verdict } from '../judge/verdict.ts'

/** Jobs after which a judge is replaced: Jest keeps a little of every run. */
const JOBS_A_JUDGE = 40
/** A backstop only: a judge ends by itself what takes long. */
const MOST_MS = 15 * 60_000
const STOP_MS = 10_000

/** A place where one job at a time is judged, by a judge in a sandbox of its own where there is a launcher for it. */
export class Court {
  readonly #root: string
  readonly #launcher: Launcher | undefined
  #judge: Judge | undefined
  #jobs = 0
  #over = false

  constructor(root: string, launcher: Launcher | undefined) {
    this.#root = root
    this.#launcher = launcher
  }

  async judge(job: Job): Promise<Verdict> {
    if (this.#over) return failed(job, 'the run was interrupted')
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
      return failed(job, error instanceof Error ? error.message : String(error))
    } finally {
      clearTimeout(patience)
    }
  }

  /** Ends the judge; the next job gets a new one. */
  async close(): Promise<void> {
    const judge = this.#judge
    this.#judge = undefined
    this.#jobs = 0
    const patience = setTimeout(() => judge?.kill(), STOP_MS)
    await judge?.stop()
    clearTimeout(patience)
  }

  /** Ends the judge at once, and judges nothing any more. */
  kill(): void {
    this.#over = true
    this.#judge?.kill()
  }
}

function failed({ exercise, seed }: Job, message: string): Verdict {
  return { version: VERDICT_VERSION, exercise, verdict: 'error', message, seed, ms: 0, tests: [] }
}
