import { MOST_PATIENT } from './courts.ts'
import type { Grader } from './grade-missing.ts'
import { gradeOne } from './grade-one.ts'
import { openBench } from './open-bench.ts'
import { readQueueAddress } from './queue/address.ts'
import { connect, watchConnection } from './queue/connection.ts'
import { Coordinator } from './queue/coordinator.ts'
import { loadPackages } from './queue/packages.ts'
import { makingsOf } from './queue/refusal.ts'

/** Jobs that lie in Redis at once: enough for hundreds of workers, and with the largest of files some 200 MB. */
const QUEUED = 500

/** Whoever does the grading: this machine, or the workers of a queue. */
export interface Graders {
  grade: Grader
  /** False where submissions run without a sandbox. */
  sandboxed: boolean
  /** So many jobs keep all of them busy. */
  width: number
  /** Told when the result at an address is safe in the store. */
  kept: (hash: string) => void
  /** Lets go of everything at once; what is being graded comes to nothing. */
  stop: () => void
  close: () => Promise<void>
}

/** Makes this machine ready to grade. A sentence where it cannot be. */
export async function openLocal(
  root: string,
  out: string,
  courts: number,
  sandbox: boolean,
): Promise<Graders | string> {
  const bench = await openBench(root, out, courts, sandbox)
  if (typeof bench === 'string') return bench
  return {
    grade: (job) => gradeOne(job, bench),
    sandboxed: bench.cage !== undefined,
    // As many as may wait for a quiet moment, and enough to keep every court busy meanwhile.
    width: MOST_PATIENT + 2 * bench.courts.count,
    kept: () => {},
    stop: () => bench.courts.kill(),
    close: () => bench.courts.close(),
  }
}

/** Makes ready to have everything graded by the workers of a queue. A sentence where it cannot be reached. */
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
