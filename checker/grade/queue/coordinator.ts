import { setTimeout as sleep } from 'node:timers/promises'
import type { GradeJob } from '../job.ts'
import { announce, printable } from '../progress.ts'
import { type GradeRecord, RECORD_VERSION } from '../store/record.ts'
import type { QueueAddress } from './address.ts'
import { PREFIX } from './connection.ts'
import { type Order, readRecord, readRefusal } from './order.ts'
import type { JobOptions, Packages, Queue, QueueEvents, RedisClient } from './packages.ts'
import type { Makings } from './refusal.ts'

/** An event reports a result at once; we also look this often, since an event can be lost. */
const LOOK_MS = 2000
/**
 * How often a job that could not be judged is tried, each time on another worker if there is one.
 */
export const ATTEMPTS = 3
const BETWEEN_ATTEMPTS_MS = 500
/**
 * A result that was never fetched, because its coordinator never came back, is deleted after a
 * week.
 */
const UNCLAIMED_S = 7 * 24 * 3600
/** How long we wait for Redis when we leave. */
const LEAVE_MS = 5000

const OPTIONS: Omit<JobOptions, 'jobId'> = {
  attempts: ATTEMPTS,
  backoff: { type: 'fixed', delay: BETWEEN_ATTEMPTS_MS },
  removeOnComplete: { age: UNCLAIMED_S },
  removeOnFail: { age: UNCLAIMED_S },
}

/** A job whose result is awaited. */
interface Open {
  job: GradeJob
  settle: (record: GradeRecord) => void
  /** True if we put it into Redis; otherwise it is there from an earlier run. */
  offered: boolean
  /** A look is in progress, and another one is wanted after it. */
  looking: boolean
  due: boolean
}

/**
 * Has jobs done by the workers of a queue. A job's id in Redis is its content address, so that
 * offering it twice is offering it once; what is in Redis is checked again and again, and whatever
 * is missing there is offered anew: nothing here depends on an event or on a stable connection.
 */
export class Coordinator {
  readonly #queue: Queue
  readonly #events: QueueEvents
  readonly #client: RedisClient
  readonly #address: QueueAddress
  readonly #makings: Makings
  readonly #again: boolean
  readonly #open = new Map<string, Open>()
  readonly #said = new Set<string>()
  /** What Redis still has to forget. */
  readonly #kept = new Set<string>()
  #forgetting = false
  /** Commands to Redis that are only awaited at the end. */
  readonly #errands = new Set<Promise<unknown>>()
  readonly #timer: NodeJS.Timeout

  constructor(
    { Queue, QueueEvents }: Packages,
    client: RedisClient,
    address: QueueAddress,
    makings: Makings,
    again: boolean,
  ) {
    this.#client = client
    this.#address = address
    this.#makings = makings
    this.#again = again
    const options = { connection: client, prefix: PREFIX }
    this.#queue = new Queue(address.name, options)
    this.#events = new QueueEvents(address.name, options)
    // The connection is watched elsewhere, and the next look finds anything else.
    this.#queue.on('error', () => {})
    this.#events.on('error', () => {})
    for (const event of ['completed', 'failed'] as const)
      this.#events.on(event, ({ jobId }) => this.#lookAt(jobId))
    this.#events.on('progress', ({ jobId, data }) => this.#hearRefusal(jobId, data))
    this.#timer = setInterval(() => this.#lookAround(), LOOK_MS)
  }

  /**
   * Has a job done. Takes as long as it takes: Redis may be away meanwhile, and there may be no
   * worker yet.
   */
  async grade(job: GradeJob): Promise<GradeRecord> {
    const result = new Promise<GradeRecord>((settle) => {
      this.#open.set(job.hash, { job, settle, offered: false, looking: false, due: false })
    })
    this.#lookAt(job.hash)
    if (this.#open.size === 1) this.#do(this.#missWorkers())
    const { learner: _, submittedAt: __, ...record } = await result
    const { learner, submittedAt } = job
    return { ...record, learner, ...(submittedAt !== undefined && { submittedAt }) }
  }

  /** The result is stored here: Redis need not keep it any longer. */
  kept(hash: string): void {
    this.#kept.add(hash)
    if (!this.#forgetting) this.#do(this.#forget())
  }

  /**
   * Stops waiting, and takes back what no worker has begun; the results of jobs that have begun are
   * there for the next run.
   */
  stop(): void {
    clearInterval(this.#timer)
    for (const [hash, { job, settle, offered }] of this.#open) {
      settle(errorOf(job, this.#makings.sandboxed, 'the run was interrupted'))
      if (offered) this.#do(this.#takeBack(hash))
    }
    this.#open.clear()
  }

  /** Closes the connection to Redis. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    if (!this.#forgetting) this.#do(this.#forget())
    await inTime(Promise.allSettled(this.#errands))
    await inTime(Promise.allSettled([this.#queue.close(), this.#events.close()]))
    this.#client.disconnect()
  }

  #lookAround(): void {
    // A command to a Redis that is away is sent when it is back: once is enough.
    if (this.#client.status !== 'ready') return
    if (!this.#forgetting) this.#do(this.#forget())
    for (const hash of this.#open.keys()) this.#lookAt(hash)
    if (this.#open.size > 0) this.#do(this.#missWorkers())
  }

  /** Checks the state of a job, now or as soon as the current look is over. */
  #lookAt(hash: string): void {
    const open = this.#open.get(hash)
    if (!open) return
    open.due = true
    if (!open.looking) this.#do(this.#look(hash, open))
  }

  async #look(hash: string, open: Open): Promise<void> {
    open.looking = true
    try {
      while (open.due && this.#open.has(hash)) {
        open.due = false
        await this.#find(hash, open)
      }
    } finally {
      open.looking = false
    }
  }

  /** Offers a job that is not in Redis, and fetches the result of one that is done. */
  async #find(hash: string, open: Open): Promise<void> {
    let state = await this.#queue.getJobState(hash)
    if (!open.offered && (state === 'failed' || (this.#again && state === 'completed'))) {
      await this.#queue.remove(hash)
      state = 'unknown'
    }
    if (state === 'unknown')
      await this.#queue.add(open.job.exercise, this.#orderOf(open.job), { ...OPTIONS, jobId: hash })
    open.offered = true
    if (state !== 'completed' && state !== 'failed') return
    const done = await this.#queue.getJob(hash)
    if (!done || !this.#open.delete(hash)) return
    const record = state === 'completed' ? readRecord(done.returnvalue, open.job) : undefined
    const why = printable(done.failedReason ?? 'what a worker sent back is no result')
    open.settle(record ?? errorOf(open.job, this.#makings.sandboxed, `no worker could judge it: ${why}`))
  }

  /** A job as it is sent: whose file it is stays here. */
  #orderOf(job: GradeJob): Order {
    const { version, exercise, bytes, extraTests, hash } = job
    const { checker, node, sandboxed } = this.#makings
    const sent = { version, learner: '', exercise, bytes, extraTests, hash }
    return { version: 1, job: sent, checker, node, sandboxed }
  }

  async #forget(): Promise<void> {
    this.#forgetting = true
    try {
      for (const hash of this.#kept) {
        await this.#queue.remove(hash)
        this.#kept.delete(hash)
      }
    } finally {
      this.#forgetting = false
    }
  }

  async #takeBack(hash: string): Promise<void> {
    const state = await this.#queue.getJobState(hash)
    if (state === 'waiting' || state === 'delayed') await this.#queue.remove(hash)
  }

  /** Reports once when there is no worker, and again when all that came are gone. */
  async #missWorkers(): Promise<void> {
    const sentence = `No worker is there. Start some, on any machine with this checkout: npm run grade:worker -- --queue ${this.#address.shown}`
    if ((await this.#queue.getWorkersCount()) === 0) this.#sayOnce(sentence)
    else this.#said.delete(sentence)
  }

  #hearRefusal(hash: string, data: unknown): void {
    const open = this.#open.get(hash)
    const refusal = readRefusal(data)
    if (open && refusal)
      this.#sayOnce(
        printable(`The worker ${refusal.worker} does not grade ${open.job.exercise}: ${refusal.why}.`),
      )
  }

  #sayOnce(text: string): void {
    if (this.#said.has(text)) return
    this.#said.add(text)
    announce(text)
  }

  /** Sends Redis a command. If it fails, the next look tries again. */
  #do(work: Promise<unknown>): void {
    const errand = work.catch(() => undefined).finally(() => this.#errands.delete(errand))
    this.#errands.add(errand)
  }
}

async function inTime(work: Promise<unknown>): Promise<void> {
  await Promise.race([work, sleep(LEAVE_MS, undefined, { ref: false })])
}

function errorOf(job: GradeJob, sandboxed: boolean, reason: string): GradeRecord {
  return {
    version: RECORD_VERSION,
    learner: job.learner,
    exercise: job.exercise,
    verdict: 'error',
    score: 0,
    sandboxed,
    reason,
    hash: job.hash,
    gradedAt: new Date().toISOString(),
  }
}
