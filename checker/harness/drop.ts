import { hasProc } from '../program/proc.ts'
import { type TcpRow, tcpTable } from '../program/tcp-table.ts'
import type { Peer } from './peer.ts'
import { scenario } from './running-check.ts'

/** What the kernel may hold for one connection if its tables cannot be seen. */
const UNSEEN_BYTES = 16 * 2 ** 20

/** The kernel's table may miss a row while it changes: this many looks find each that is there. */
const LOOKS = 3

/** How a program is made to drop a peer that does not read. */
export interface Stall {
  /** The most bytes that may wait for the peer in the program. */
  within: number
  /**
   * Has the program send to the peer, among others, and returns how many bytes were for the peer.
   */
  speak: () => Promise<number>
}

/**
 * Speaks again and again until the program has closed the connection of a peer that reads nothing.
 * Fails as soon as more than `within` bytes wait for the peer in the program: what the kernel holds
 * for the connection, on either side, does not count. If that cannot be seen, it speaks until any
 * right program would have dropped the peer, and decides nothing.
 */
export async function untilDropped(peer: Peer, { within, speak }: Stall): Promise<void> {
  const before = peer.received
  let spoken = 0
  for (;;) {
    spoken += await speak()
    const { isOpen, held } = viewOf(peer)
    const waiting = spoken - (peer.received - before) - held
    if (!isOpen || (!hasProc && waiting > within)) return
    if (waiting <= within) continue
    throw await scenario().failed({
      code: 'memory',
      peer: peer.name,
      should: `drop ${peer.name} before ${mib(within)} wait for it`,
      but: `its connection is still open: since ${peer.name} stopped reading, ${mib(spoken)} were written for it, and ${mib(waiting)} of that wait in the server`,
    })
  }
}

/**
 * Speaks again and again until the kernel takes no more for a peer that reads nothing, and then
 * until `beyond` more bytes have been said: the program holds them, or has let go of them. Decides
 * nothing; if the kernel's tables cannot be seen, it speaks until any kernel is full.
 */
export async function untilFull(
  peer: Peer,
  { beyond, speak }: { beyond: number; speak: () => Promise<number> },
): Promise<void> {
  const before = peer.received
  let spoken = 0
  for (;;) {
    spoken += await speak()
    const { isOpen, held } = viewOf(peer)
    // A connection that the program has not accepted yet looks like one that it has closed.
    if (!isOpen || spoken - (peer.received - before) - held > beyond) return
  }
}

/** What the kernel knows about a connection. */
interface KernelView {
  /** False once the program has let go of its end, even while the kernel still sends the rest. */
  isOpen: boolean
  /**
   * Bytes that have left the program and were not read: in the send queue of its end, and in the
   * receive queue of ours.
   */
  held: number
}

function viewOf({ localPort, remotePort }: Peer): KernelView {
  if (!hasProc) return { isOpen: true, held: UNSEEN_BYTES }
  let ours: TcpRow | undefined
  let theirs: TcpRow | undefined
  for (let look = 0; look < LOOKS && !(ours && theirs); look += 1) {
    const rows = tcpTable(['tcp'])
    ours = find(rows, localPort, remotePort)
    // The end of a program that listens on all addresses is in the table of IPv6.
    theirs = find(rows, remotePort, localPort) ?? find(tcpTable(['tcp6']), remotePort, localPort)
  }
  return {
    isOpen: (theirs?.inode ?? '0') !== '0',
    held: (ours?.unread ?? 0) + (theirs?.unsent ?? 0),
  }
}

function find(rows: readonly TcpRow[], port: number, remotePort: number): TcpRow | undefined {
  return rows.find((row) => row.port === port && row.remotePort === remotePort)
}

function mib(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1).replace('.0', '')} MiB`
}
