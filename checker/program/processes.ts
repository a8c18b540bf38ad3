import { existsSync } from 'node:fs'
import { hasProc, list, read, run } from './proc.ts'

/**
 * True if the kernel lists the children of a process. If not, we look up the parents of all
 * processes.
 */
const hasChildren = hasProc && existsSync(`/proc/self/task/${process.pid}/children`)

/** The process and all its descendants, as far as they can still be traced. */
export function familyOf(pid: number): number[] {
  return descent([pid], hasChildren ? childrenInProc : childrenInTable())
}

/** The processes that this one has started and that have not ended. */
export function childrenOf(pid: number): number[] {
  return hasChildren ? childrenInProc(pid) : [...childrenInTable()(pid)]
}

/** Its command line, with spaces between the arguments. */
export function argumentsOf(pid: number): string {
  if (!hasProc) return run('ps', ['-o', 'args=', '-p', `${pid}`]).trimEnd()
  return read(`/proc/${pid}/cmdline`).replace(/\0$/, '').replaceAll('\0', ' ')
}

/** Asks for the parents of all processes at once. */
function childrenInTable(): (pid: number) => readonly number[] {
  const children = new Map<number, number[]>()
  for (const [child, parent] of hasProc ? parentsInProc() : parentsInPs()) {
    const siblings = children.get(parent)
    if (siblings) siblings.push(child)
    else children.set(parent, [child])
  }
  return (pid) => children.get(pid) ?? []
}

function descent(family: number[], childrenOf: (pid: number) => readonly number[]): number[] {
  for (const member of family) family.push(...childrenOf(member))
  return family
}

/** True while at least one process of the group lives. */
export function groupLives(leader: number): boolean {
  try {
    process.kill(-leader, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Resident bytes of processes: now, and the peak of each, if the kernel keeps it. */
export interface Resident {
  now: number
  peak: number
}

/** Resident bytes of the processes of a family, counting what they share once. */
export function residentBytes(pids: readonly number[]): Resident {
  const { now, peak } = residentAtMost(pids)
  const shared = hasProc && pids.length > 1 ? sharedBytes(pids) : 0
  return { now: now - shared, peak: peak - shared }
}

/** The same, counting what they share once for each: an upper bound that is cheap to get. */
export function residentAtMost(pids: readonly number[]): Resident {
  const each = hasProc ? pids.map(residentInProc) : residentInPs(pids)
  return each.reduce((sum, one) => ({ now: sum.now + one.now, peak: sum.peak + one.peak }), {
    now: 0,
    peak: 0,
  })
}

function residentInProc(pid: number): Resident {
  const status = read(`/proc/${pid}/status`)
  const now = kibOf(status, 'VmRSS')
  return { now, peak: Math.max(now, kibOf(status, 'VmHWM')) }
}

/**
 * Pages that processes of a family share are resident only once. To subtract: of the program's
 * text, all but the largest copy; of its data, what a fork has not copied yet.
 */
function sharedBytes(pids: readonly number[]): number {
  let text = 0
  let largest = 0
  let data = 0
  for (const pid of pids) {
    const status = read(`/proc/${pid}/status`)
    const rollup = read(`/proc/${pid}/smaps_rollup`)
    const files = kibOf(status, 'RssFile')
    text += files
    largest = Math.max(largest, files)
    if (rollup.includes('Pss_Anon')) data += kibOf(rollup, 'Anonymous') - kibOf(rollup, 'Pss_Anon')
  }
  return text - largest + data
}

/** A line such as `VmRSS:   1744 kB` of a file in /proc, in bytes; 0 if it is missing. */
function kibOf(text: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0) * 1024
}

function residentInPs(pids: readonly number[]): Resident[] {
  return run('ps', ['-o', 'rss=', '-p', pids.join(',')])
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => ({ now: Number(line) * 1024, peak: Number(line) * 1024 }))
}

/**
 * Bytes that the processes have taken with read(), from anything they have open. NaN if the
 * operating system does not say.
 */
export function bytesRead(pids: readonly number[]): number {
  const counts = pids.map((pid) => Number(/^rchar: (\d+)/.exec(read(`/proc/${pid}/io`))?.[1]))
  return counts.reduce((sum, count) => sum + count, 0)
}

/**
 * The share of a core that a program at rest may use: a ticking timer or a virtual machine's
 * housekeeping never stops, and means nothing.
 */
export const IDLE_SHARE = 0.02

/** CPU milliseconds that the processes have used, all threads together. */
export function cpuMs(pids: readonly number[]): number {
  let ms = 0
  for (const pid of pids) {
    if (hasProc) {
      const fields = statFields(read(`/proc/${pid}/stat`))
      const precise = list(`/proc/${pid}/task`)
        .map((task) => Number(read(`/proc/${pid}/task/${task}/schedstat`).split(' ')[0] ?? 0))
        .reduce((sum, ns) => sum + ns, 0)
      ms += precise > 0 ? precise / 1e6 : (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * 10
    } else {
      ms += clock(run('ps', ['-o', 'time=', '-p', `${pid}`]).trim())
    }
  }
  return ms
}

/**
 * CPU milliseconds that the processes have ever used, including threads that have ended and
 * children that have exited and been waited for. Coarser than `cpuMs`, in steps of 10 ms, and it
 * never goes down.
 */
export function cpuMsEver(pids: readonly number[]): number {
  if (!hasProc) return cpuMs(pids)
  const ticks = pids.flatMap((pid) =>
    statFields(read(`/proc/${pid}/stat`))
      .slice(11, 15)
      .map(Number),
  )
  return ticks.reduce((sum, count) => sum + count, 0) * 10
}

/**
 * For how many ms the main thread of a process was ready to run but had to wait for a processor. 0
 * if the operating system does not say.
 */
export function runDelayMs(pid: number | 'self'): number {
  return hasProc ? Number(read(`/proc/${pid}/schedstat`).split(' ')[1] ?? 0) / 1e6 : 0
}

/** The same for all threads of the processes, added up: any of them may be the one we wait for. */
export function starvedMs(pids: readonly number[]): number {
  const delays = pids.flatMap((pid) =>
    list(`/proc/${pid}/task`).map((task) =>
      Number(read(`/proc/${pid}/task/${task}/schedstat`).split(' ')[1] ?? 0),
    ),
  )
  return delays.reduce((sum, ns) => sum + ns, 0) / 1e6
}

/**
 * How often threads of the processes have gone to sleep of their own accord, and so how often they
 * were woken up. 0 if the operating system does not say.
 */
export function wakeUps(pids: readonly number[]): number {
  const counts = pids.flatMap((pid) =>
    list(`/proc/${pid}/task`).map((task) =>
      Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(read(`/proc/${pid}/task/${task}/status`))?.[1] ?? 0),
    ),
  )
  return counts.reduce((sum, count) => sum + count, 0)
}

/** True if the main thread of the process is not running, about to run, or waiting for a disk. */
export function isAsleep(pid: number): boolean {
  return !isAwake(read(`/proc/${pid}/stat`))
}

/** True if no thread of the processes is running, about to run, or waiting for a disk. */
export function allAsleep(pids: readonly number[]): boolean {
  return pids.every((pid) =>
    list(`/proc/${pid}/task`).every((task) => !isAwake(read(`/proc/${pid}/task/${task}/stat`))),
  )
}

function isAwake(stat: string): boolean {
  const [state] = statFields(stat)
  return state === 'R' || state === 'D'
}

/**
 * Children are listed for each thread: a look costs the same however many processes the machine
 * has.
 */
function childrenInProc(pid: number): number[] {
  return list(`/proc/${pid}/task`).flatMap((task) =>
    read(`/proc/${pid}/task/${task}/children`).split(' ').filter(Boolean).map(Number),
  )
}

function parentsInProc(): [number, number][] {
  return list('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), Number(statFields(read(`/proc/${name}/stat`))[1] ?? 0)])
}

function parentsInPs(): [number, number][] {
  return run('ps', ['-axo', 'pid=,ppid='])
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([pid, parent]) => (pid && parent !== undefined ? [[pid, parent] as [number, number]] : []))
}

/**
 * The fields after the command's name, which may contain spaces and brackets: state first, then the
 * parent.
 */
function statFields(stat: string): string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

/** `[[dd-]hh:]mm:ss[.cc]` of ps, in milliseconds. */
function clock(text: string): number {
  const parts = text.split(/[-:]/).map(Number)
  return (
    parts.reduce((sum, part, i) => sum + part * ([1, 60, 3600, 86400][parts.length - 1 - i] ?? 0), 0) * 1000
  )
}
