import type { Launcher } from '../../sandbox/sandbox.ts'
import type { Job } from '../job.ts'
import { type TestResult, VERDICT_VERSION, type Verdict } from '../verdict.ts'
import { Judge } from './judge.ts'

export interface SlotOptions {
  /** Starts each judge in its own sandbox. */
  launcher?: Launcher | undefined
  /** Has a judge loaded before the next job comes. */
  warm?: boolean
}

/** Jobs after which a judge is replaced: Jest keeps a little of every run. */
const MAX_JOBS = 40
/** Only a backstop: a judge ends by itself whatever takes long. */
const MAX_JOB_MS = 15 * 60_000
const MAX_STOP_MS = 10_000

/**
 * A place where one job at a time is judged, by a judge that is replaced when it is worn or
 * something went wrong.
 */
export class JudgeSlot {
  readonly #root: string
  readonly #options: SlotOptions
  #judge: Judge | undefined
  #jobs = 0
  /** The number of the current turn: the result of a job whose turn is over is discarded. */
  #turn = 0
  #busy = false
  /** Resolves when the judges that are ending in the background are gone. */
  #leaving: Promise<unknown> = Promise.resolve()
  #over = false

  constructor(root: string, options: SlotOptions = {}) {
    this.#root = root
    this.#options = options
    if (options.warm) this.#judge = this.#start()
  }

  async judge(
    job: Job,
    onTest?: (result: TestResult) => void,
    onTurn?: (title: string) => void,
  ): Promise<Verdict> {
    if (this.#over) return failed(job, 'the run was interrupted')
    this.#turn += 1
    const turn = this.#turn
    if (this.#judge?.spent) await this.#retire()
    if (turn !== this.#turn) return failed(job, 'the check was abandoned')
    this.#busy = true
    this.#judge ??= this.#start()
    this.#jobs += 1
    const judge = this.#judge
    const patience = setTimeout(() => judge.kill(), MAX_JOB_MS)
    try {
      const verdict = await judge.judge(job, onTest, onTurn)
      // Whatever an odd end may have left behind goes with the judge and its sandbox.
      const isWorn = verdict.verdict === 'error' || this.#jobs >= MAX_JOBS
      if (isWorn && turn === this.#turn) await this.#replace()
      return verdict
    } catch (error) {
      return failed(job, error instanceof Error ? error.message : String(error))
    } finally {
      clearTimeout(patience)
      if (turn === this.#turn) this.#busy = false
    }
  }

  /**
   * Ends the job that is being judged, if there is one: its verdict is an error. Another judge is
   * ready for the next job at once.
   */
  abandon(): void {
    this.#turn += 1
    if (!this.#busy) return
    this.#busy = false
    this.#leaving = Promise.all([this.#leaving, this.#retire()])
    if (this.#options.warm && !this.#over) this.#judge = this.#start()
  }

  /** Ends the judge and whatever it has started, and judges nothing any more. */
  async close(): Promise<void> {
    this.#over = true
    await Promise.all([this.#leaving, this.#retire()])
  }

  /** The same, at once. */
  kill(): void {
    this.#over = true
    this.#judge?.kill()
  }

  async #replace(): Promise<void> {
    await this.#retire()
    if (this.#options.warm && !this.#over) this.#judge = this.#start()
  }

  async #retire(): Promise<void> {
    const judge = this.#judge
    this.#judge = undefined
    this.#jobs = 0
    const patience = setTimeout(() => judge?.kill(), MAX_STOP_MS)
    await judge?.stop()
    clearTimeout(patience)
  }

  #start(): Judge {
    const judge = new Judge(this.#root, this.#options.launcher)
    if (this.#options.warm) judge.warm()
    return judge
  }
}

function failed({ exercise, seed }: Job, message: string): Verdict {
  return { version: VERDICT_VERSION, exercise, verdict: 'error', message, seed, ms: 0, tests: [] }
}
