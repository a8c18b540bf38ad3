import { setImmediate as nextTurn } from 'node:timers/promises'
import { delay } from './delay.ts'
import { hasProc } from './proc.ts'
import { bytesRead, isAsleep } from './processes.ts'
import { socketInodes } from './sockets.ts'
import { tcpRows, tcpTable } from './tcp-table.ts'

/** The gap between two pieces if the receive queue cannot be seen. */
const GAP_MS = 20
/** How often the kernel's table is read for a connection whose other end keeps reading. */
const LOOK_MS = 10
/** How often the kernel's table is read, whatever the processes seem to do. */
const ANYWAY_MS = 15

/**
 * A piece that is about to be sent to the processes, and how many bytes they had read before it.
 */
export interface Piece {
  pids: readonly number[]
  before: number
  length: number
}

interface Waiter {
  local: number
  remote: number
  piece: Piece
  resolve: () => void
}

/** Call this before sending the piece. */
export function pieceFor(pids: readonly number[], length: number): Piece {
  return { pids, before: bytesRead(pids), length }
}

const waiting = new Set<Waiter>()
let watching = false

/**
 * Resolves when the other end of the connection between these two local ports has read everything
 * that was sent: its receive queue is empty. `patience` ends the wait. One look at the kernel's
 * table serves all who wait.
 */
export function untilRead(
  localPort: number,
  remotePort: number,
  piece: Piece,
  patience: AbortSignal,
): Promise<void> {
  if (!hasProc) return delay(GAP_MS)
  return new Promise((resolve) => {
    const waiter = { local: localPort, remote: remotePort, piece, resolve }
    waiting.add(waiter)
    patience.addEventListener('abort', () => waiting.delete(waiter))
    if (!watching) watch()
  })
}

/**
 * Resolves when everything that went from this local port to that one has been read, or the
 * connection is gone. If the other end was closed with something unread, or before everything had
 * arrived, its RST is here by then. `patience` ends the wait.
 */
export async function untilTaken(
  localPort: number,
  remotePort: number,
  patience: AbortSignal,
): Promise<void> {
  while (hasProc && !patience.aborted) {
    const rows = tcpTable()
    const ours = rows.find((row) => row.port === localPort && row.remotePort === remotePort)
    const theirs = rows.find((row) => row.port === remotePort && row.remotePort === localPort)
    if (!ours || ours.unsent + (theirs?.unread ?? 0) === 0) return
    await delay(LOOK_MS)
  }
}

/**
 * Bytes sent to the processes that they have not read yet, by connection. Empty if the kernel does
 * not tell.
 */
export function onTheWayTo(pids: readonly number[]): Map<string, number> {
  const own = new Set(socketInodes(pids))
  const rows = tcpTable()
  const unsent = new Map(rows.map((row) => [`${row.remotePort} ${row.port}`, row.unsent]))
  return new Map(
    rows
      .filter((row) => own.has(row.inode))
      .map((row) => [`${row.port} ${row.remotePort}`, row] as const)
      .map(([key, row]) => [key, row.unread + (unsent.get(key) ?? 0)]),
  )
}

/**
 * True if at least one connection has fewer bytes under way than before: its receiver is still
 * reading.
 */
export function isReadOn(before: ReadonlyMap<string, number>, now: ReadonlyMap<string, number>): boolean {
  return [...before].some(([key, bytes]) => (now.get(key) ?? bytes) < bytes)
}

async function watch(): Promise<void> {
  watching = true
  let lookedAt = 0
  while (waiting.size > 0) {
    await nextTurn()
    if (allRead()) for (const waiter of waiting) release(waiter)
    // A process that runs may be about to read: one look at the tables costs as much as a hundred
    // looks at the process.
    else if (performance.now() - lookedAt > ANYWAY_MS || [...waiting].some(({ piece }) => sleeps(piece))) {
      lookIntoTables()
      lookedAt = performance.now()
    }
  }
  watching = false
}

/**
 * True if the processes have read as much as was sent to them, and sleep. What a process reads is
 * counted together, including files and its own wake-up calls; but bytes that have arrived keep it
 * awake until it has read them. False proves nothing: recv() is not counted.
 */
function allRead(): boolean {
  const pieces = [...waiting].map(({ piece }) => piece)
  const [first] = pieces
  if (!first || pieces.some(({ pids }) => `${pids}` !== `${first.pids}`)) return false
  const before = Math.min(...pieces.map((piece) => piece.before))
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0)
  return bytesRead(first.pids) >= before + length && sleeps(first)
}

function sleeps({ pids }: Piece): boolean {
  return pids.every(isAsleep)
}

function release(waiter: Waiter): void {
  waiting.delete(waiter)
  waiter.resolve()
}

function lookIntoTables(): void {
  const unread = new Map<string, number>()
  lookInto('tcp', unread)
  // The IPv4 connections of a server on `::` are in the IPv6 table.
  lookInto('tcp6', unread)
  for (const waiter of waiting) {
    // A connection that is gone has nothing left to read.
    if ((unread.get(keyOf(waiter)) ?? 0) === 0) release(waiter)
  }
}

/** Seen from the other end: its port is our remote one. */
function keyOf({ local, remote }: Waiter): string {
  return `${remote} ${local}`
}

/** Adds what connections have unread, until every waiter's connection has been found. */
function lookInto(family: 'tcp' | 'tcp6', unread: Map<string, number>): void {
  const missing = new Set([...waiting].map(keyOf).filter((key) => !unread.has(key)))
  if (missing.size === 0) return
  for (const row of tcpRows(family)) {
    const key = `${row.port} ${row.remotePort}`
    if (!missing.delete(key)) continue
    unread.set(key, row.unread)
    if (missing.size === 0) return
  }
}
