import { type Call, subjectOf, toDescriptor } from './call.ts'
import { MARKER } from './marker.ts'

/** A word that a preloaded module left in the trace. */
interface Marker {
  what: string
  fd: number | undefined
  line: string
}

/**
 * What in the learner's program leads to a call: methods of node:net, or the call's own name where
 * it is made directly.
 */
const BEFORE: Record<string, readonly string[]> = {
  socket: ['socket', 'listen', 'connect'],
  setsockopt: ['setsockopt', 'listen', 'connect'],
  bind: ['bind', 'listen'],
  listen: ['listen'],
  connect: ['connect'],
  accept: ['accept'],
  read: ['read'],
  write: ['write', 'end'],
  writev: ['write', 'end'],
  shutdown: ['end', 'destroy'],
  close: ['close', 'destroy', 'resetAndDestroy'],
}
/** Methods that have no descriptor yet. */
const WITHOUT_FD = ['socket', 'listen', 'connect']
/** Calls that Node tells listeners of, and the events by which it does. */
const TELLS: Record<string, readonly string[]> = {
  accept4: ['on-connection'],
  read: ['on-data', 'on-readable', 'on-end'],
}

/** Takes the markers out of a trace's calls, and gives the other calls the line that each has. */
export function withLines(calls: readonly Call[]): Call[] {
  const named: Call[] = []
  /** The last marker of each method and descriptor, and where in the trace it stands. */
  const markers = new Map<string, { at: number; line: string }>()
  /** The last call that an event of this descriptor would tell of. */
  const untold = new Map<string, Call>()
  const accepted = new Map<number, number>()

  for (const [at, each] of calls.entries()) {
    const marker = toMarker(each)
    if (marker) {
      const { what, fd, line } = marker
      markers.set(`${what} ${fd ?? ''}`, { at, line })
      const told = line !== '' && untold.get(`${what} ${fd}`)
      if (told) told.handler ??= line
      continue
    }
    const call = { ...each }
    named.push(call)
    const fd = subjectOf(call)?.fd ?? -1
    // What had no descriptor yet leads to none that accept made since.
    const since = accepted.get(fd) ?? -1
    const led = (BEFORE[call.name] ?? [])
      .flatMap((what) => [
        markers.get(`${what} ${fd}`),
        ...(WITHOUT_FD.includes(what) ? [markers.get(`${what} `)] : []),
      ])
      .filter((found) => found !== undefined && found.at > since)
      .reduce((last, found) => (found && found.at > (last?.at ?? -1) ? found : last), undefined)
    if (led?.line) call.line = led.line
    const made = acceptedFd(call)
    if (made !== undefined) accepted.set(made, at)
    if (!call.error) for (const event of TELLS[call.name] ?? []) untold.set(`${event} ${made ?? fd}`, call)
  }
  return named
}

function acceptedFd(call: Call): number | undefined {
  return /^accept/.test(call.name) ? toDescriptor(call.result)?.fd : undefined
}

function toMarker(call: Call): Marker | undefined {
  const path = call.args.find((arg) => arg.startsWith(`"${MARKER}`))
  if (!path) return undefined
  const [what = '', fd = '', line = ''] = path.slice(1 + MARKER.length, -1).split('/')
  return { what, fd: fd === '' ? undefined : Number(fd), line }
}
