import { setImmediate as nextTurn } from 'node:timers/promises'
import { hasProc } from './proc.ts'
import { delay } from './program.ts'
import { tcpRows } from './tcp-table.ts'

/** The gap between two pieces where the receive queue cannot be seen. */
const GAP_MS = 20

interface Waiter {
  local: number
  remote: number
  resolve: () => void
}

const waiting = new Set<Waiter>()
let watching = false

/**
 * Resolves when the other end of the connection between these two local ports has read all that was sent: its
 * receive queue is empty; `patience` ends the wait. One look at the kernel's table serves everybody who waits.
 */
export function untilRead(localPort: number, remotePort: number, patience: AbortSignal): Promise<void> {
  if (!hasProc) return delay(GAP_MS)
  return new Promise((resolve) => {
    const waiter = { local: localPort, remote: remotePort, resolve }
    waiting.add(waiter)
    patience.addEventListener('abort', () => waiting.delete(waiter))
    if (!watching) watch()
  })
}

async function watch(): Promise<void> {
  watching = true
  while (waiting.size > 0) {
    await nextTurn()
    const unread = new Map<string, number>()
    lookInto('tcp', unread)
    // A server on `::` has its IPv4 connections in the other table.
    lookInto('tcp6', unread)
    for (const waiter of waiting) {
      // A connection that is gone has nothing to read.
      const left = unread.get(keyOf(waiter)) ?? 0
      if (left > 0) continue
      waiting.delete(waiter)
      waiter.resolve()
    }
  }
  watching = false
}

/** Seen from the other end: its port is our remote one. */
function keyOf({ local, remote }: Waiter): string {
  return `${remote} ${local}`
}

/** Adds what connections have unread, until it is known of everybody who waits. */
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
