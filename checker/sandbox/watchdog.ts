import { readdirSync, readFileSync, readlinkSync, rmSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { CAGE_TMP, SCRATCH } from './cage.ts'

const LOOK_MS = 200
/** What the processes of all cages of one judge may hold: limits of the kernel's count one process at a time. */
const RESIDENT_BYTES = 2 * 1024 ** 3
/** Files that a cage may make: empty ones cost the kernel memory too, and no size is theirs. */
const MAX_FILES = 50_000
/** Up to so many are removed one by one after a job. */
const FEW_FILES = 1000
/** The kernel ends a process within milliseconds of SIGKILL, on a busy machine within seconds. */
const END_MS = 10_000
const PAGE_BYTES = 4096

/** Watches over what caged processes hold together, and ends them where it is too much. */
export function watchCages(): { stop: () => void } {
  const timer = setInterval(() => {
    const pids = cagedProcesses()
    const resident = pids.reduce((sum, pid) => sum + residentBytes(pid), 0)
    const files = Math.max(filesIn(SCRATCH), ...pids.map((pid) => filesIn(`/proc/${pid}/root${CAGE_TMP}`)))
    if (resident > RESIDENT_BYTES || files > MAX_FILES) kill(pids)
  }, LOOK_MS)
  return { stop: () => clearInterval(timer) }
}

/**
 * Ends every caged process that is left, also one that has slipped out of its family, and empties the folder that they share. False where
 * either cannot be done: then this sandbox must not see another submission.
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

/** Undefined for a process that is gone, or that is none of ours to look at. */
function namespaceOf(pid: string): string | undefined {
  try {
    return readlinkSync(join('/proc', pid, 'ns', 'pid'))
  } catch {
    return undefined
  }
}

function residentBytes(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1] ?? 0) * PAGE_BYTES
  } catch {
    return 0
  }
}

/** Files in the file system at a path; none where it cannot be seen any more. */
function filesIn(path: string): number {
  try {
    const { files, ffree } = statfsSync(path)
    return files - ffree
  } catch {
    return 0
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
