import { MAX_PATIENT } from '../judge/asks/judge-pool.ts'
import type { Grader } from './grade-missing.ts'
import { gradeOne } from './grade-one.ts'
import { openMachine } from './open-machine.ts'
import { readQueueAddress } from './queue/address.ts'
import { connect, watchConnection } from './queue/connection.ts'
import { Coordinator } from './queue/coordinator.ts'
import { loadPackages } from './queue/packages.ts'
import { makingsOf } from './queue/refusal.ts'

/**
 * How many jobs are in Redis at once: enough for hundreds of workers; with the largest files, some
 * 200 MB.
 */
const QUEUED = 500

/** Does the grading: this machine, or the workers of a queue. */
export interface Graders {
  grade: Grader
  /** False if submissions run without a sandbox. */
  sandboxed: boolean
  /** How many programs run at the same time, if it is this machine that runs them. */
  judges?: number
  /** This many jobs keep all of them busy. */
  width: number
  /** Called when the result at an address is safe in the store. */
  kept: (hash: string) => void
  /** Abandons everything at once; nothing comes of what is being graded. */
  stop: () => void
  close: () => Promise<void>
}

/** Makes this machine ready to grade. Returns a sentence if that fails. */
export async function openLocal(
  root: string,
  out: string,
  judges: number,
  sandbox: boolean,
): Promise<Graders | string> {
  const machine = await openMachine(root, out, judges, sandbox)
  if (typeof machine === 'string') return machine
  return {
    grade: (job, times) => gradeOne(job, machine, times),
    judges: machine.judges.count,
    sandboxed: machine.cage !== undefined,
    // As many as may wait for a quiet moment, plus enough to keep every judge busy meanwhile.
    width: MAX_PATIENT + 2 * machine.judges.count,
    kept: () => {},
    stop: () => machine.judges.kill(),
    close: () => machine.judges.close(),
  }
}

/**
 * Prepares to have everything graded by the workers of a queue. Returns a sentence if it cannot be
 * reached.
 */
export async function openQueue(
  root: string,
  url: string,
  sandboxed: boolean,
  again: boolean,
): Promise<Graders | string> {
  const address = readQueueAddress(url)
  const packages = loadPackages(root)
  const client = await connect(packages, address)
  if (typeof client === 'string') return client
  const watch = watchConnection(client, address)
  const coordinator = new Coordinator(packages, client, address, makingsOf(root, sandboxed), again)
  return {
    grade: (job) => coordinator.grade(job),
    sandboxed,
    width: QUEUED,
    kept: (hash) => coordinator.kept(hash),
    stop: () => coordinator.stop(),
    close: async () => {
      watch.stop()
      await coordinator.close()
    },
  }
}
