import { readFileSync, statfsSync } from 'node:fs'
import { link, list, read } from '../program/proc.ts'
import { CAGE_TMP, SCRATCH } from './cage.ts'

/** What the processes of all cages of one judge hold together, or at most. */
export interface Holdings {
  memoryBytes: number
  /** Of page tables, which the kernel counts for no process. */
  tableBytes: number
  /** In the file systems that they write to. */
  files: number
  /** Of pipes, sockets and all else. */
  descriptors: number
  /**
   * Descriptors that sets of epoll watch: the kernel has this many for a user, whoever the process
   * belongs to.
   */
  watches: number
  /** Unix sockets of the judge's network, each of which may have its buffers full. */
  unixSockets: number
}

/** From this many watches on, at most, a process is looked at more closely. */
const FEW_WATCHES = 20_000
/** Of many descriptors this many are looked at before all are: a look costs microseconds. */
const SAMPLE = 300

/** What these processes hold. */
export function holdingsOf(pids: readonly number[]): Holdings {
  const holdings: Holdings = {
    memoryBytes: 0,
    tableBytes: 0,
    files: filesIn(SCRATCH),
    descriptors: 0,
    watches: 0,
    unixSockets: read('/proc/net/unix').split('\n').length,
  }
  for (const pid of pids) {
    const status = read(`/proc/${pid}/status`)
    // Slots for descriptors, of which there are never fewer than descriptors: told also by a
    // process that hides what it has open.
    const slots = countIn(status, 'FDSize')
    holdings.memoryBytes += (countIn(status, 'VmRSS') + countIn(status, 'VmSwap')) * 1024
    holdings.tableBytes += countIn(status, 'VmPTE') * 1024
    holdings.files = Math.max(holdings.files, filesIn(`/proc/${pid}/root${CAGE_TMP}`))
    holdings.descriptors += slots
    holdings.watches += watchesOf(pid, slots)
  }
  return holdings
}

/** Files in the file system at a path; none where it cannot be seen any more. */
export function filesIn(path: string): number {
  try {
    const { files, ffree } = statfsSync(path)
    return files - ffree
  } catch {
    return 0
  }
}

/**
 * Memory that programs can have before the machine is short of it; undefined if the kernel does not
 * tell.
 */
export function availableBytes(): number | undefined {
  try {
    return countIn(readFileSync('/proc/meminfo', 'utf8'), 'MemAvailable') * 1024 || undefined
  } catch {
    return undefined
  }
}

/**
 * A process has the most watches where half of its descriptors are sets that watch the other half.
 */
function watchesOf(pid: number, slots: number): number {
  const most = (slots / 2) ** 2
  if (most <= FEW_WATCHES) return most
  const descriptors = list(`/proc/${pid}/fd`)
  // One that hides what it has open may have anything, and one that has just gone has nothing.
  if (descriptors.length === 0) return read(`/proc/${pid}/statm`).startsWith('0 ') ? 0 : most
  const isSet = (fd: string) => link(`/proc/${pid}/fd/${fd}`) === 'anon_inode:[eventpoll]'
  const step = Math.max(1, Math.floor(descriptors.length / SAMPLE))
  const first = Math.floor(Math.random() * step)
  const sample = descriptors.filter((_, i) => i % step === first)
  const sampled = sample.filter(isSet).length * step
  if (step === 1 || sampled * descriptors.length <= FEW_WATCHES) return sampled * descriptors.length
  return descriptors.filter(isSet).length * descriptors.length
}

/** A line such as `VmRSS:   1744 kB` of a file in /proc; 0 where there is none. */
function countIn(text: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0)
}
