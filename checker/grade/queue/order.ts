import type { GradeJob } from '../job.ts'
import { type GradeRecord, RECORD_VERSION } from '../store/record.ts'

/**
 * A job on its way to a worker, with what its result has to be made with: everything that the hash
 * covers, as far as it can be put into words.
 */
export interface Order {
  version: 1
  job: GradeJob
  /** See `hashOfChecker`. */
  checker: string
  /** The major version of Node. */
  node: string
  sandboxed: boolean
}

/** What a worker notes on a job that it refuses. */
export interface Refusal {
  worker: string
  why: string
}

const VERDICTS = ['pass', 'fail', 'flaky', 'error', 'skipped']

/** What came out of Redis as an order; undefined if it is not an order of this version. */
export function readOrder(data: unknown): Order | undefined {
  const order = data as Partial<Order> | null
  const job = order?.job as Partial<GradeJob> | undefined
  const words = [order?.checker, order?.node, job?.exercise, job?.bytes, job?.hash]
  const isOrder =
    order?.version === 1 &&
    job?.version === 1 &&
    words.every((word) => typeof word === 'string') &&
    typeof order.sandboxed === 'boolean' &&
    isTests(job.extraTests) &&
    isModules(job.beside)
  return isOrder ? (order as Order) : undefined
}

/** What came out of Redis as the result at an address; undefined if it is not one. */
export function readRecord(data: unknown, job: GradeJob): GradeRecord | undefined {
  const record = data as Partial<GradeRecord> | null
  const isRecord =
    record?.version === RECORD_VERSION &&
    record.hash === job.hash &&
    record.exercise === job.exercise &&
    VERDICTS.includes(record.verdict ?? '') &&
    typeof record.score === 'number' &&
    record.score >= 0 &&
    record.score <= 1 &&
    typeof record.sandboxed === 'boolean' &&
    typeof record.gradedAt === 'string'
  return isRecord ? (record as GradeRecord) : undefined
}

/** What came out of Redis as a refusal; undefined if it is not one. */
export function readRefusal(data: unknown): Refusal | undefined {
  const refusal = data as Partial<Refusal> | null
  return typeof refusal?.worker === 'string' && typeof refusal.why === 'string'
    ? (refusal as Refusal)
    : undefined
}

/** Paths that lead out of a folder would make a worker write elsewhere. */
function isModules(beside: unknown = {}): boolean {
  if (typeof beside !== 'object' || beside === null) return false
  return Object.entries(beside).every(
    ([path, bytes]) =>
      !path.split('/').some((part) => part === '' || part.startsWith('.')) && typeof bytes === 'string',
  )
}

function isTests(tests: unknown): boolean {
  if (typeof tests !== 'object' || tests === null) return false
  return Object.entries(tests).every(([name, text]) => !name.includes('/') && typeof text === 'string')
}
