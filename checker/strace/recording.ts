import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Exercise } from '../course/course.ts'
import { type Call, subjectOf, toDescriptor } from './call.ts'
import type { Happening, Trace } from './trace.ts'

/** A trace of the reference that comes with the course, for machines that cannot trace. */
export interface Recording {
  /** The major version of Node that it was made with: other versions make other calls. */
  node: number
  trace: Trace
}

/** The port in every recording, and the first port of its clients. */
const PORT = 24_000
const CLIENT_PORT = 50_001
/** The lowest descriptor in a recording. */
const FIRST_FD = 19
const INODE = 1001
const POINTER = '0x55550000'
/** A date in the format of HTTP. */
const HTTP_DATE = /\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT/g
const SOME_DATE = 'Thu, 01 Jan 2026 00:00:00 GMT'

/** The recording of an exercise's reference, if there is one. */
export function readRecording(root: string, exercise: Exercise): Recording | undefined {
  const path = pathOf(root, exercise)
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Recording) : undefined
}

/**
 * Saves a trace as the recording, with one line per event, so that a change is readable in a diff.
 */
export function writeRecording(root: string, exercise: Exercise, trace: Trace): void {
  const { calls, happenings, ...rest } = normalise(trace)
  const list = (rows: readonly object[]) =>
    `[\n${rows.map((row) => `  ${JSON.stringify(row)}`).join(',\n')}\n ]`
  const head = Object.entries(rest).map(
    ([key, value]) => ` ${JSON.stringify(key)}: ${JSON.stringify(value)},\n`,
  )
  const text = `{ "node": ${ourNode()}, "trace": {\n${head.join('')} "calls": ${list(calls)},\n "happenings": ${list(happenings)}\n} }\n`
  writeFileSync(pathOf(root, exercise), text)
}

/**
 * The first difference between a fresh trace and the recording: in the calls, their arguments, the
 * lines that made them, or what the clients saw.
 */
export function differsFrom(recording: Recording, trace: Trace): string | undefined {
  const recorded = essence(recording.trace)
  const fresh = essence(normalise(trace))
  const at = fresh.findIndex((row, i) => row !== recorded[i])
  const first = at === -1 && recorded.length > fresh.length ? fresh.length : at
  if (first === -1) return undefined
  return `recorded: ${recorded[first] ?? 'nothing more'}; now: ${fresh[first] ?? 'nothing more'}`
}

/** True if this Node has the version that made the recording. */
export function isOfThisNode(recording: Recording): boolean {
  return recording.node === ourNode()
}

function ourNode(): number {
  return Number.parseInt(process.versions.node, 10)
}

function pathOf(root: string, exercise: Exercise): string {
  return join(root, 'solutions', exercise.name, 'syscalls.json')
}

/**
 * The part that has to be the same each time. The order in which the two sides see things depends
 * on the machine.
 */
function essence(trace: Trace): string[] {
  const calls = trace.calls.map(({ name, args, result, error, line, handler }) =>
    [`${name}(${args.join(', ')}) = ${result}`, error, line, handler].filter(Boolean).join(' '),
  )
  const people = [...new Set(trace.happenings.map(({ who }) => who))]
  const theirs = people.flatMap((person) =>
    trace.happenings
      .filter(({ who }) => who === person)
      .reduce(joinReceived, [])
      .map(({ kind, who, bytes, text }) => [who, kind, bytes, text].filter(Boolean).join(' ')),
  )
  return [...calls, ...theirs]
}

/** Joins what came in two reads, because it may also come in one. */
function joinReceived(before: Happening[], next: Happening): Happening[] {
  const last = before.at(-1)
  if (last?.kind !== 'receives' || next.kind !== 'receives') return [...before, next]
  const bytes = [last, next].map((each) => Buffer.from(each.bytes ?? '', 'base64'))
  return [...before.slice(0, -1), { ...last, bytes: Buffer.concat(bytes).toString('base64') }]
}

/**
 * The trace with everything accidental replaced: threads, ports, descriptors, inodes, times, dates.
 */
function normalise(trace: Trace): Trace {
  const texts = trace.happenings.flatMap(({ text }) => /:(\d+)$/.exec(text ?? '')?.[1] ?? [])
  const clients = [...new Set(texts)].filter((port) => port !== `${trace.port}`)
  const ports = new Map([
    [`${trace.port}`, `${PORT}`],
    ...clients.map((port, i) => [port, `${CLIENT_PORT + i}`] as const),
  ])
  const inodes = new Ranks(INODE)
  const fds = new Ranks(FIRST_FD)
  const pids = new Ranks(1)
  for (const fd of trace.calls.flatMap(descriptorsOf)) fds.of(fd)
  const start = Math.min(...trace.calls.map(({ began }) => began), ...trace.happenings.map(({ at }) => at))
  const time = (at: number) => Math.round((at - start) * 10) / 10
  // Ports may also occur in the data sent. They keep their length, so byte counts stay the same.
  const ported = (text: string) =>
    text.replace(HTTP_DATE, SOME_DATE).replace(/\b\d{4,5}\b/g, (port) => ports.get(port) ?? port)
  const words = (text: string) =>
    ported(text.replace(/(?<=:\[)\d+(?=\])/g, (inode) => `${inodes.of(inode)}`))
      .replace(/^(\d+)(?=<)/, (fd) => `${fds.of(fd)}`)
      .replace(/^0x[0-9a-f]{4,}$/, POINTER)
  const calls = trace.calls.map((call) => ({
    ...call,
    pid: pids.of(`${call.pid}`),
    began: time(call.began),
    ...(call.returned !== undefined && { returned: time(call.returned) }),
    args: call.args.map(words),
    result: words(call.result),
  }))
  const happenings = trace.happenings.map(({ at, text, bytes, ...rest }) => ({
    ...rest,
    at: time(at),
    ...(text !== undefined && { text: ported(text) }),
    ...(bytes !== undefined && { bytes: toBase64(ported(Buffer.from(bytes, 'base64').toString('latin1'))) }),
  }))
  return { ...trace, port: PORT, calls, happenings }
}

function toBase64(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('base64')
}

/** Numbers things in the order in which they first occur. */
class Ranks {
  readonly #first: number
  readonly #ranks = new Map<string, number>()

  constructor(first: number) {
    this.#first = first
  }

  of(thing: string): number {
    const rank = this.#ranks.get(thing) ?? this.#first + this.#ranks.size
    this.#ranks.set(thing, rank)
    return rank
  }
}

function descriptorsOf(call: Call): string[] {
  return [subjectOf(call), toDescriptor(call.result)].flatMap((each) => (each ? [`${each.fd}`] : []))
}
