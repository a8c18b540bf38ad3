import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UsageError } from '../errors/usage.ts'
import { type OpenMachine, openMachine } from '../grade/open-machine.ts'
import { readQueueAddress } from '../grade/queue/address.ts'
import { connect, watchConnection } from '../grade/queue/connection.ts'
import { loadPackages } from '../grade/queue/packages.ts'
import { makingsOf } from '../grade/queue/refusal.ts'
import { QueueWorker } from '../grade/queue/worker.ts'
import { defaultJudges } from '../judge/asks/judge-pool.ts'
import { fitted } from '../terminal/fitted.ts'

export interface GradeWorkerOptions {
  queue?: string
  jobs?: number
  lease?: number
  /** False with `--no-sandbox`. */
  sandbox?: boolean
}

const OK = 0
const COULD_NOT_JUDGE = 3
const INTERRUPTED = 130
/** Far longer than a busy machine ever stays silent, and short enough to wait for. */
const LEASE_S = 30

/**
 * `npm run grade:worker -- --queue URL`: grades for runs of `npm run grade -- DIR --queue URL`
 * until a signal ends it.
 */
export async function gradeWorker(root: string, options: GradeWorkerOptions): Promise<number> {
  if (options.queue === undefined || options.queue === '')
    throw new UsageError(
      '--queue is missing: name the Redis of npm run grade, such as -- --queue redis://host:6379',
    )
  const told = toldToEnd()
  const address = readQueueAddress(options.queue)
  const packages = loadPackages(root)
  const client = await connect(packages, address)
  if (typeof client === 'string') {
    console.error(fitted(client))
    return COULD_NOT_JUDGE
  }
  const watch = watchConnection(client, address)
  const machine = await openAlone(root, options)
  if (typeof machine === 'string') {
    console.error(fitted(machine))
    watch.stop()
    client.disconnect()
    return COULD_NOT_JUDGE
  }
  const lease = Math.max(1, options.lease ?? LEASE_S) * 1000
  const makings = makingsOf(root, machine.cage !== undefined)
  const worker = new QueueWorker(packages, client, address, machine, makings, lease)
  console.log(
    `The worker ${worker.name} grades for ${address.shown}, ${machine.judges.count} at once${machine.cage ? '' : ', without a sandbox'}. Ctrl-C quits.`,
  )
  const code = await Promise.race([told, worker.run()])
  watch.stop()
  await worker.stop()
  await machine.judges.close()
  client.disconnect()
  return code ?? OK
}

/** A worker has no gradebook: the canary gets a temporary folder of its own. */
async function openAlone(root: string, { jobs, sandbox }: GradeWorkerOptions): Promise<OpenMachine | string> {
  const scratch = mkdtempSync(join(tmpdir(), 'accept-loop-worker-'))
  try {
    return await openMachine(root, scratch, jobs ?? defaultJudges, sandbox !== false)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** Resolves on Ctrl-C, or on the signal with which a service manager stops us. */
function toldToEnd(): Promise<number> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve(INTERRUPTED))
    process.once('SIGTERM', () => resolve(OK))
  })
}
