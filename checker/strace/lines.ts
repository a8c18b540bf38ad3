import { type Call, subjectOf, toDescriptor } from './call.ts'
import { MARKER } from './marker.ts'

/** What a preloaded module wrote into the trace. */
interface Marker {
  what: string
  fd: number | undefined
  line: string
}

/**
 * What in the learner's program leads to a call: methods of node:net, or the call's own name if the
 * program makes it directly.
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
/** Methods called before there is a descriptor. */
const WITHOUT_FD = ['socket', 'listen', 'connect']
/** Calls whose results Node passes to listeners, and the events that it emits for them. */
const TELLS: Record<string, readonly string[]> = {
  accept4: ['on-connection'],
  read: ['on-data', 'on-readable', 'on-end'],
}

/** Removes the markers from a trace's calls, and adds its line to each of the others. */
export function withLines(calls: readonly Call[]): Call[] {
  const named: Call[] = []
  /** The last marker for each method and descriptor, and its position in the trace. */
  const markers = new Map<string, { at: number; line: string }>()
  /** For each event and descriptor, the last call that the event would report. */
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
    // A marker from before accept made this descriptor belongs to an earlier socket.
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
