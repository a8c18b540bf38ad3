import { readdirSync, readlinkSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { read } from '../program/proc.ts'
import { SCRATCH } from './cage.ts'
import { availableBytes, filesIn, type Holdings, holdingsOf } from './holdings.ts'

const LOOK_MS = 200
const MIB = 1024 ** 2
/**
 * What the processes in all cages of one judge may hold together. The kernel's own limits apply to
 * one process at a time, or do not exist.
 */
const MAX_HOLDINGS: Holdings = {
  memoryBytes: 2048 * MIB,
  // A Node process has a few MiB.
  tableBytes: 512 * MIB,
  // Empty files cost kernel memory too, which no limit on size counts.
  files: 50_000,
  // Eight processes, each with as many as one may have.
  descriptors: 131_072,
  watches: Math.max(200_000, Number(read('/proc/sys/fs/epoll/max_user_watches')) / 8),
  // 800 MiB if all their buffers are full. A Node process takes three sockets for each child.
  unixSockets: 2000,
}
/** Below this the kernel begins to kill processes of its own choice. */
const SHORT_OF_MEMORY_BYTES = 256 * MIB
/** After a job, up to this many files are removed one by one. */
const FEW_FILES = 1000
/** The kernel ends a process within milliseconds of SIGKILL, on a busy machine within seconds. */
const END_MS = 10_000

/** Watches what caged processes hold together, and ends them if it is too much. */
export interface CageWatch {
  /**
   * True once they were ended because this machine was nearly out of memory, whatever the cause:
   * that is not a verdict on them.
   */
  readonly wasShortOfMemory: boolean
  stop: () => void
}

/** Starts watching. */
export function watchCages(): CageWatch {
  let wasShortOfMemory = false
  // A machine that starts with little memory gets a lower threshold.
  const least = Math.min(SHORT_OF_MEMORY_BYTES, (availableBytes() ?? 0) / 2)
  const timer = setInterval(() => {
    const pids = cagedProcesses()
    const holdings = holdingsOf(pids)
    const isShort = (availableBytes() ?? least) < least
    const names = Object.keys(MAX_HOLDINGS) as (keyof Holdings)[]
    const isTooMuch = names.some((name) => holdings[name] > MAX_HOLDINGS[name])
    wasShortOfMemory ||= isShort && !isTooMuch && pids.length > 0
    if (isShort || isTooMuch) kill(pids)
  }, LOOK_MS)
  return {
    get wasShortOfMemory() {
      return wasShortOfMemory
    },
    stop: () => clearInterval(timer),
  }
}

/**
 * Ends every caged process that is left, even one that has escaped its process tree, and empties
 * the shared folder. False if either fails: then this sandbox must not be used for another
 * submission.
 */
export async function clearCages(): Promise<boolean> {
  const deadline = performance.now() + END_MS
  for (let pids = cagedProcesses(); pids.length > 0; pids = cagedProcesses()) {
    if (performance.now() > deadline) return false
    kill(pids)
    await sleep(5)
  }
  if (filesIn(SCRATCH) > FEW_FILES) return false
  try {
    for (const name of readdirSync(SCRATCH, 'buffer')) {
      rmSync(Buffer.concat([Buffer.from(`${SCRATCH}/`), name]), { recursive: true, force: true })
    }
    return true
  } catch {
    return false
  }
}

/** The processes whose pid namespace is not ours. */
function cagedProcesses(): number[] {
  const own = namespaceOf('self')
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      const namespace = namespaceOf(name)
      return namespace !== undefined && namespace !== own
    })
    .map(Number)
}

/** Undefined for a process that is gone, or that we may not look at. */
function namespaceOf(pid: string): string | undefined {
  try {
    return readlinkSync(join('/proc', pid, 'ns', 'pid'))
  } catch {
    return undefined
  }
}

function kill(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // Gone already.
    }
  }
}
