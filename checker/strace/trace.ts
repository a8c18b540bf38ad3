import type { Subject } from '../program/subject.ts'
import type { Call } from './call.ts'

/** What a client did or saw, or what happened to the process. */
export interface Happening {
  kind:
    | 'connects'
    | 'accepts'
    | 'refused'
    | 'sends'
    | 'ends'
    | 'resets'
    | 'receives'
    | 'fin'
    | 'reset'
    | 'signal'
    | 'exit'
  /** Milliseconds since the epoch. */
  at: number
  /** alice, bob, stdin; absent if it concerns only the process. */
  who?: string
  /** base64, at most the first 1,024 bytes. */
  bytes?: string
  length?: number
  /** The client's own address and port; a signal; how the process ended. */
  text?: string
}

/** A program's system calls on its sockets, with the conversation that led to them. */
export interface Trace {
  exercise: string
  subject: Subject
  /** The file's name as users know it. */
  file: string
  /** The port that the program was given. */
  port: number
  calls: Call[]
  happenings: Happening[]
  stdout: string
  stderr: string
  /** Why the conversation did not take place. */
  remark?: string
}

/** One row of a trace. */
export type TraceRow = { at: number; call: Call } | { at: number; happening: Happening }

/** Calls whose effect the other side may see before they return. */
const GIVES = /^(write|writev|send.*|shutdown|close)$/

/**
 * Calls and happenings in order of time. A call that may sleep is placed where it returned, because
 * only then did it have a result; one that never returned is placed where the program was ended.
 */
export function rowsOf(trace: Trace): TraceRow[] {
  const last = trace.happenings.find(({ kind }) => kind === 'signal' || kind === 'exit')?.at
  const calls = trace.calls.map((call) => ({ at: timeOf(call) ?? last ?? call.began, call }))
  const happenings = trace.happenings.map((happening) => ({ at: happening.at, happening }))
  return [...calls, ...happenings].sort((a, b) => a.at - b.at)
}

function timeOf({ name, began, returned }: Call): number | undefined {
  return GIVES.test(name) ? began : returned
}
