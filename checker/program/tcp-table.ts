import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { read } from './proc.ts'

/**
 * One row of the kernel's table of TCP sockets; `unread` is the length of its receive queue,
 * `unsent` what the other end has not acknowledged yet.
 */
export interface TcpRow {
  address: string
  port: number
  remotePort: number
  state: string
  unread: number
  unsent: number
  inode: string
}

/** The state of a listening socket. */
export const LISTEN = '0A'
/** The state of a connection on which both ends may send. */
export const ESTABLISHED = '01'

/**
 * The kernel's tables (`/proc/net/tcp` and `tcp6`). Reading one walks the machine's whole hash
 * table, which takes some milliseconds: ask once for many sockets, never in a tight loop, and for
 * IPv6 only if IPv4 had no answer. `only`: rows in that state.
 */
export function tcpTable(
  families: readonly ('tcp' | 'tcp6')[] = ['tcp', 'tcp6'],
  only?: typeof LISTEN,
): TcpRow[] {
  return families.flatMap((family) => toRows(read(`/proc/net/${family}`), only))
}

function toRows(table: string, only?: typeof LISTEN): TcpRow[] {
  const rows: TcpRow[] = []
  for (const line of table.split('\n')) {
    if (only && !line.includes(` ${only} `)) continue
    const fields = line.trim().split(/\s+/)
    const [, local, remote, state, queues] = fields
    const inode = fields[9]
    if (!local?.includes(':') || !remote || !state || !queues || !inode) continue
    const [address = '', port = ''] = local.split(':')
    rows.push({
      address: addressFromHex(address),
      port: Number.parseInt(port, 16),
      remotePort: Number.parseInt(remote.split(':')[1] ?? '', 16),
      state,
      unread: Number.parseInt(queues.split(':')[1] ?? '', 16),
      unsent: Number.parseInt(queues.split(':')[0] ?? '', 16),
      inode,
    })
  }
  return rows
}

/** A row of the IPv4 table, including its line ending. */
const ROW_BYTES = 150

/**
 * Rows of a table in the order in which the kernel prints them: listening sockets first. It looks
 * no further than it is read, `atOnce` rows at a time, so a caller that stops early pays for no
 * more.
 */
export function* tcpRows(family: 'tcp' | 'tcp6', atOnce = 20): Generator<TcpRow> {
  const path = `/proc/net/${family}`
  // A kernel without IPv6 has no such table.
  if (!existsSync(path)) return
  const bytes = Buffer.alloc(atOnce * ROW_BYTES)
  const table = openSync(path, 'r')
  try {
    let rest = ''
    for (;;) {
      const length = readSync(table, bytes, 0, bytes.length, null)
      if (length === 0) return
      const text = rest + bytes.toString('latin1', 0, length)
      const end = text.lastIndexOf('\n') + 1
      yield* toRows(text.slice(0, end))
      rest = text.slice(end)
    }
  } finally {
    closeSync(table)
  }
}

/** The kernel prints addresses as 32-bit words in the machine's own byte order. */
function addressFromHex(hex: string): string {
  if (/^0+$/.test(hex)) return hex.length === 8 ? '0.0.0.0' : '::'
  const words = hex.match(/.{8}/g) ?? []
  const bytes = words.flatMap((word) => [...Buffer.from(word, 'hex')].reverse())
  if (words.length === 1) return bytes.join('.')
  if (bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255) return bytes.slice(12).join('.')
  const groups = Array.from({ length: 8 }, (_, i) =>
    (((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0)).toString(16),
  )
  return groups.join(':').replace(/(^|:)0(:0)+(:|$)/, '::')
}

/**
 * True if the kernel knows the connection. The table may miss a row while it changes, so one look
 * that finds it is enough.
 */
export function kernelHolds(port: number, remotePort: number): boolean {
  const isOurs = (row: TcpRow) => row.port === port && row.remotePort === remotePort
  return [1, 2, 3].some(() => tcpTable().some(isOurs))
}
