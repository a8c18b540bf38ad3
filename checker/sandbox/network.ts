import { read } from '../program/proc.ts'
import { tcpTable } from '../program/tcp-table.ts'

/**
 * The share of the client ports that a job may leave in TIME_WAIT, where each stays for a minute:
 * the next job needs hundreds.
 */
const MAX_WAITING_SHARE = 0.25
/** Connections that the kernel still keeps although no process holds them. */
const MAX_ORPHANS = 100
const TIME_WAIT = '06'

/**
 * True if the network of this judge is no longer as it was made: what programs leave behind reduces
 * the ports and buffers of the next one. A new judge gets a new network.
 */
export function isNetworkWorn(): boolean {
  const waiting = Number(/^TCP: .*\btw (\d+)/m.exec(read('/proc/net/sockstat'))?.[1] ?? 0)
  const [first = 0, last = 0] = read('/proc/sys/net/ipv4/ip_local_port_range').trim().split(/\s+/).map(Number)
  if (waiting > MAX_WAITING_SHARE * (last - first + 1)) return true
  const orphans = tcpTable().filter(({ inode, state }) => inode === '0' && state !== TIME_WAIT)
  return orphans.length > MAX_ORPHANS
}
