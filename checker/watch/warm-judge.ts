import { Judge } from '../judge/asks/judge.ts'
import type { Job } from '../judge/job.ts'
import type { TestResult, Verdict } from '../judge/verdict.ts'

/** Jobs after which a judge is replaced: Jest keeps a little of every run. */
const JOBS_A_JUDGE = 40

/** A judge that has loaded all it needs before the next job comes, and is replaced when it is worn. */
export class WarmJudge {
  readonly #root: string
  #judge: Judge
  #jobs = 0
  #stopped = false

  constructor(root: string) {
    this.#root = root
    this.#judge = this.#start()
  }

  async judge(job: Job, onTest: (result: TestResult) => void): Promise<Verdict> {
    if (this.#judge.spent) await this.#replace()
    const verdict = await this.#judge.judge(job, onTest)
    this.#jobs += 1
    if (this.#jobs >= JOBS_A_JUDGE && !this.#stopped) await this.#replace()
    return verdict
  }

  /** Ends it, with whatever it has started. */
  async stop(): Promise<void> {
    this.#stopped = true
    await this.#judge.stop()
  }

  async #replace(): Promise<void> {
    await this.#judge.stop()
    this.#judge = this.#start()
    this.#jobs = 0
  }

  #start(): Judge {
    const judge = new Judge(this.#root)
    judge.warm()
    return judge
  }
}
