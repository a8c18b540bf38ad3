import { hasProc, read } from './proc.ts'

/**
 * System calls in which an event loop sleeps, by their numbers on this processor, and which of
 * their arguments is the time in ms.
 */
const SLEEPS: Partial<Record<string, Readonly<Record<number, number>>>> = {
  x64: { 7: 2, 232: 3, 281: 3 }, // poll, epoll_wait, epoll_pwait
  arm64: { 22: 3 }, // epoll_pwait
}

/**
 * The time to the next timer of a process, in ms from when its main thread went to sleep; Infinity
 * if it waits for no timer. Linux tells in which call a thread sleeps, and with what arguments: an
 * event loop passes the time to its next timer, or -1. Undefined on other systems, and for a thread
 * that sleeps in another call.
 */
export function nextTimerMs(pid: number): number | undefined {
  const [call, ...args] = hasProc ? read(`/proc/${pid}/syscall`).trim().split(' ') : []
  const time = args[SLEEPS[process.arch]?.[Number(call)] ?? -1]
  if (time === undefined) return undefined
  const ms = Number(time) | 0
  return ms > 0 ? ms : Number.POSITIVE_INFINITY
}
