import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { gradeOne } from '../grade-one.ts'
import type { GradeJob } from '../job.ts'
import type { OpenMachine } from '../open-machine.ts'
import { printable } from '../progress.ts'
import type { QueueAddress } from './address.ts'
import { PREFIX } from './connection.ts'
import { ATTEMPTS } from './coordinator.ts'
import { readOrder } from './order.ts'
import type { Packages, QueuedJob, RedisClient, Worker } from './packages.ts'
import { type Makings, whyNot } from './refusal.ts'

/**
 * How many jobs a worker holds for each of its judges: the next one is there when one is done, and
 * few are left behind if it dies.
 */
const JOBS_A_JUDGE = 2
/** How often a job may be lost with its worker before the job is taken for the cause. */
const MAX_STALLED = 10
/**
 * How long a job that was put back is left alone, longer each time: there may be no worker that can
 * do it.
 */
const PUT_BACK_MS = 1000
const LONGER = 1.5
const MAX_PUT_BACK_MS = 10 * 60_000
/**
 * A worker that put back a job takes no other in its place until the job is there again and other
 * workers have had time to take it.
 */
const REST = 4
const MAX_REST_MS = 5000
/** By then the coordinator that wanted it has waited long enough, or is gone. */
const MAX_REFUSED_MS = 24 * 3600_000
const RETRY_MS = 1000
const STOP_MS = 10_000

/** Does jobs of a queue, as many at once as its machine has judges, until it is stopped. */
export class QueueWorker {
  readonly name = `${hostname()}:${process.pid}`
  readonly #packages: Packages
  readonly #machine: OpenMachine
  readonly #makings: Makings
  readonly #worker: Worker
  /** Jobs that could not be judged here: another worker should try first when they come again. */
  readonly #failedHere = new Set<string>()
  readonly #said = new Set<string>()
  readonly #stopping = new AbortController()

  /** `leaseMs`: how long a worker that gives no sign of life keeps a job. */
  constructor(
    packages: Packages,
    client: RedisClient,
    address: QueueAddress,
    machine: OpenMachine,
    makings: Makings,
    leaseMs: number,
  ) {
    this.#packages = packages
    this.#machine = machine
    this.#makings = makings
    this.#worker = new packages.Worker(address.name, (job, token) => this.#do(job, token), {
      connection: client,
      prefix: PREFIX,
      name: this.name,
      autorun: false,
      concurrency: JOBS_A_JUDGE * machine.judges.count,
      lockDuration: leaseMs,
      stalledInterval: leaseMs,
      maxStalledCount: MAX_STALLED,
      runRetryDelay: RETRY_MS,
    })
    this.#worker.on('stalled', (id) =>
      say('lost', `${id.slice(0, 12)}: its worker is silent; it waits again`),
    )
    this.#worker.on('error', (error) => {
      // A lost connection is reported elsewhere.
      if (!('code' in error) && !this.#stopping.signal.aborted) say('error', error.message)
    })
  }

  /** Works until `stop`. */
  async run(): Promise<void> {
    await this.#worker.run()
  }

  /** Gives back at once what it has begun, and takes nothing more. */
  async stop(): Promise<void> {
    if (this.#stopping.signal.aborted) return
    this.#stopping.abort()
    const closed = this.#worker.close()
    this.#machine.judges.kill()
    // If Redis is away, the lease gives the jobs back.
    await Promise.race([closed, sleep(STOP_MS, undefined, { ref: false })])
  }

  async #do(queued: QueuedJob, token?: string): Promise<unknown> {
    const order = readOrder(queued.data)
    const why = order ? whyNot(order, this.#makings) : 'its checkout is of another version of the course'
    if (!order || why !== undefined) return this.#refuse(queued, token, `${why}`)
    const { job } = order
    if (this.#failedHere.delete(job.hash)) await this.#putBack(queued, token)
    const start = performance.now()
    const record = await gradeOne(job, this.#machine)
    if (this.#stopping.signal.aborted) {
      await queued.moveToWait(token)
      sayJob('returned', job)
      throw new this.#packages.WaitingError()
    }
    sayJob(record.verdict, job, performance.now() - start)
    if (record.verdict === 'error' && queued.attemptsMade + 1 < ATTEMPTS) {
      this.#failedHere.add(job.hash)
      throw new Error(record.reason)
    }
    return record
  }

  /** Tells the coordinator why, and leaves the job to other workers. */
  async #refuse(queued: QueuedJob, token: string | undefined, why: string): Promise<never> {
    if (!this.#said.has(why)) say('refused', why)
    this.#said.add(why)
    await queued.updateProgress({ worker: this.name, why })
    if (Date.now() - queued.timestamp > MAX_REFUSED_MS) throw new Error(`the worker ${this.name}: ${why}`)
    return this.#putBack(queued, token)
  }

  async #putBack(queued: QueuedJob, token: string | undefined): Promise<never> {
    const delay = Math.min(PUT_BACK_MS * LONGER ** (queued.attemptsStarted - 1), MAX_PUT_BACK_MS)
    await queued.moveToDelayed(Math.round(Date.now() + delay), token)
    const { signal } = this.#stopping
    await sleep(Math.min(REST * delay, MAX_REST_MS), undefined, { signal }).catch(() => {})
    throw new this.#packages.DelayedError()
  }
}

function sayJob(what: string, { exercise, hash }: GradeJob, ms?: number): void {
  say(what, `${exercise} ${hash.slice(0, 12)}${ms === undefined ? '' : ` ${(ms / 1000).toFixed(1)} s`}`)
}

function say(what: string, text: string): void {
  console.log(printable(`${new Date().toISOString().slice(0, 19)}Z ${what.padEnd(8)} ${text}`))
}
