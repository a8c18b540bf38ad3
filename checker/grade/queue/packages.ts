import { createRequire } from 'node:module'
import { join } from 'node:path'
import { UsageError } from '../../errors/usage.ts'

/**
 * What we use of bullmq and ioredis. They are packages of this folder, which only those who grade
 * on several machines install, so the checker's own types must not need them; `packages.test.ts`
 * compares these types with the real ones.
 */
export interface Packages {
  Queue: new (name: string, options: { connection: RedisClient; prefix: string }) => Queue
  QueueEvents: new (name: string, options: { connection: RedisClient; prefix: string }) => QueueEvents
  Worker: new (name: string, work: Processor, options: WorkerOptions) => Worker
  /** Thrown by work that has put its job back to wait. */
  WaitingError: new () => Error
  /** Thrown by work that has put its job back to come again later. */
  DelayedError: new () => Error
  Redis: new (url: string, options: RedisOptions) => RedisClient
}

export interface RedisOptions {
  lazyConnect: true
  maxRetriesPerRequest: null
  keepAlive: number
  connectTimeout: number
  retryStrategy: (times: number) => number | null
}

export interface RedisClient {
  /** `ready` while it is connected. */
  status: string
  connect(): Promise<void>
  disconnect(): void
  on(event: 'ready' | 'close', listener: () => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
}

export interface JobOptions {
  jobId: string
  attempts: number
  backoff: { type: 'fixed'; delay: number }
  removeOnComplete: { age: number }
  removeOnFail: { age: number }
}

export interface Queue {
  waitUntilReady(): Promise<unknown>
  add(name: string, data: unknown, options: JobOptions): Promise<unknown>
  getJob(id: string): Promise<QueuedJob | undefined>
  getJobState(id: string): Promise<string>
  getWorkersCount(): Promise<number>
  remove(id: string): Promise<number>
  on(event: 'error', listener: (error: Error) => void): unknown
  close(): Promise<void>
}

export interface QueueEvents {
  on(event: 'completed' | 'failed', listener: (args: { jobId: string }) => void): unknown
  on(event: 'progress', listener: (args: { jobId: string; data: unknown }) => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  waitUntilReady(): Promise<unknown>
  close(): Promise<void>
}

/** A job as it is stored in Redis. */
export interface QueuedJob {
  data: unknown
  returnvalue: unknown
  failedReason: string | undefined
  /** How often it was tried before. */
  attemptsMade: number
  /** How often a worker took it, including this time. */
  attemptsStarted: number
  /** When it was offered, in ms since 1970. */
  timestamp: number
  updateProgress(note: object): Promise<void>
  moveToWait(token?: string): Promise<unknown>
  moveToDelayed(timestamp: number, token?: string): Promise<void>
}

export type Processor = (job: QueuedJob, token?: string) => Promise<unknown>

export interface WorkerOptions {
  connection: RedisClient
  prefix: string
  name: string
  autorun: false
  concurrency: number
  lockDuration: number
  stalledInterval: number
  maxStalledCount: number
  runRetryDelay: number
}

export interface Worker {
  run(): Promise<void>
  close(): Promise<void>
  on(event: 'stalled', listener: (id: string) => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
}

const NAMES = ['bullmq', 'ioredis']

/** The packages of this folder; a usage error that says how to install them if they are missing. */
export function loadPackages(root: string): Packages {
  const folder = join('checker', 'grade', 'queue')
  const require = createRequire(join(root, folder, 'package.json'))
  const missing = NAMES.filter((name) => !isInstalled(require, name))
  if (missing.length > 0)
    throw new UsageError(
      `--queue needs packages that are not installed: ${missing.join(' and ')}. Install them with: npm ci --prefix ${folder}`,
    )
  const { Redis } = require('ioredis')
  const { Queue, QueueEvents, Worker, WaitingError, DelayedError } = require('bullmq')
  const packages: Record<keyof Packages, unknown> = {
    Queue,
    QueueEvents,
    Worker,
    WaitingError,
    DelayedError,
    Redis,
  }
  const unknown = Object.entries(packages).flatMap(([name, value]) =>
    typeof value === 'function' ? [] : name,
  )
  if (unknown.length > 0)
    throw new UsageError(
      `The packages in ${folder} are of another version: there is no ${unknown.join(', no ')}. Install them again with: npm ci --prefix ${folder}`,
    )
  return packages as Packages
}

function isInstalled(require: NodeJS.Require, name: string): boolean {
  try {
    require.resolve(name)
    return true
  } catch {
    return false
  }
}
