import { readFileSync, statfsSync } from 'node:fs'
import { link, list, read } from '../program/proc.ts'
import { CAGE_TMP, SCRATCH } from './cage.ts'

/**
 * What the processes in all cages of one judge hold together; for some resources, an upper bound.
 */
export interface Holdings {
  memoryBytes: number
  /** In page tables, which the kernel does not charge to any process. */
  tableBytes: number
  /** Files in the file systems that they write to. */
  files: number
  /** Of pipes, sockets and everything else. */
  descriptors: number
  /**
   * Descriptors that epoll sets watch. The kernel limits these per user, across all of the user's
   * processes.
   */
  watches: number
  /** Unix sockets in the judge's network; the buffers of each may be full. */
  unixSockets: number
}

/** A process is examined more closely only if it could have more watches than this. */
const FEW_WATCHES = 20_000
/** Descriptors to sample before looking at all of them: each look costs microseconds. */
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
    // FDSize counts slots for descriptors, never fewer than the descriptors in use. The kernel
    // shows it even for a process that hides what it has open.
    const slots = countIn(status, 'FDSize')
    holdings.memoryBytes += (countIn(status, 'VmRSS') + countIn(status, 'VmSwap')) * 1024
    holdings.tableBytes += countIn(status, 'VmPTE') * 1024
    holdings.files = Math.max(holdings.files, filesIn(`/proc/${pid}/root${CAGE_TMP}`))
    holdings.descriptors += slots
    holdings.watches += watchesOf(pid, slots)
  }
  return holdings
}

/** Files in the file system at a path; 0 if it can no longer be seen. */
export function filesIn(path: string): number {
  try {
    const { files, ffree } = statfsSync(path)
    return files - ffree
  } catch {
    return 0
  }
}

/**
 * Memory that programs can still get before the machine runs short; undefined if the kernel does
 * not say.
 */
export function availableBytes(): number | undefined {
  try {
    return countIn(readFileSync('/proc/meminfo', 'utf8'), 'MemAvailable') * 1024 || undefined
  } catch {
    return undefined
  }
}

/** A process has the most watches if half of its descriptors are sets that watch the other half. */
function watchesOf(pid: number, slots: number): number {
  const most = (slots / 2) ** 2
  if (most <= FEW_WATCHES) return most
  const descriptors = list(`/proc/${pid}/fd`)
  // A process that hides what it has open may have anything; one that has just ended has nothing.
  if (descriptors.length === 0) return read(`/proc/${pid}/statm`).startsWith('0 ') ? 0 : most
  const isSet = (fd: string) => link(`/proc/${pid}/fd/${fd}`) === 'anon_inode:[eventpoll]'
  const step = Math.max(1, Math.floor(descriptors.length / SAMPLE))
  const first = Math.floor(Math.random() * step)
  const sample = descriptors.filter((_, i) => i % step === first)
  const sampled = sample.filter(isSet).length * step
  if (step === 1 || sampled * descriptors.length <= FEW_WATCHES) return sampled * descriptors.length
  return descriptors.filter(isSet).length * descriptors.length
}

/**
 * The value of a line such as `VmRSS:   1744 kB` in a file in /proc; 0 if there is no such line.
 */
function countIn(text: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0)
}
