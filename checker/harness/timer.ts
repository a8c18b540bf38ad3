import { hasProc, read } from './proc.ts'

/** Calls in which an event loop sleeps, by their numbers on this processor, and which of their arguments is the time in ms. */
const SLEEPS: Partial<Record<string, Readonly<Record<number, number>>>> = {
  x64: { 7: 2, 232: 3, 281: 3 }, // poll, epoll_wait, epoll_pwait
  arm64: { 22: 3 }, // epoll_pwait
}

/**
 * Whether the main thread of a process sleeps until a timer of its own runs out. Linux tells in which call a thread sleeps, and with what
 * arguments: an event loop gives the time to its next timer, or -1. Unknown elsewhere, and of a thread that sleeps in another call.
 */
export function hasTimer(pid: number): boolean | undefined {
  const [call, ...args] = hasProc ? read(`/proc/${pid}/syscall`).trim().split(' ') : []
  const time = args[SLEEPS[process.arch]?.[Number(call)] ?? -1]
  return time === undefined ? undefined : (Number(time) | 0) > 0
}
