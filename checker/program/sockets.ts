import { hasProc, link, list, read, run } from './proc.ts'
import { LISTEN, tcpRows, tcpTable } from './tcp-table.ts'

/** A listening TCP socket that a process of the learner's owns. */
export interface ListeningSocket {
  address: string
  port: number
}

/** Inodes of the sockets that the processes hold open; one entry per descriptor. */
export function socketInodes(pids: readonly number[]): string[] {
  return pids.flatMap((pid) => {
    const inodes: string[] = []
    for (const fd of list(`/proc/${pid}/fd`)) {
      const target = link(`/proc/${pid}/fd/${fd}`)
      if (target.startsWith('socket:[')) inodes.push(target.slice(8, -1))
    }
    return inodes
  })
}

/**
 * Network sockets that the processes hold open, listening and connected, a descriptor each. The table of TCP would not do: a connection
 * that was reset has left it while its descriptor is still open. So those count that are not Unix sockets, as our pipes are.
 */
export function networkSockets(pids: readonly number[]): number {
  if (!hasProc) return lsof(pids, []).length
  const unix = new Set(
    read('/proc/net/unix')
      .split('\n')
      .map((line) => line.trim().split(/\s+/)[6]),
  )
  return socketInodes(pids).filter((inode) => !unix.has(inode)).length
}

/** Listening sockets that the processes own. Where one of IPv4 has the port, IPv6 is not looked at. */
export function listeningSockets(pids: readonly number[], port: number): ListeningSocket[] {
  if (!hasProc) return lsof(pids, ['-sTCP:LISTEN'])
  const own = new Set(socketInodes(pids))
  const listening = (family: 'tcp' | 'tcp6') =>
    tcpTable([family], LISTEN)
      .filter((row) => own.has(row.inode))
      .map((row) => ({ address: row.address, port: row.port }))
  const ipv4 = listening('tcp')
  return ipv4.some((socket) => socket.port === port) ? ipv4 : [...ipv4, ...listening('tcp6')]
}

/**
 * True where an event loop of the processes waits for connections to the port: their listening socket is in a set of epoll, as libuv
 * keeps one, and not waited for in accept() itself. False where the operating system does not tell.
 */
export function loopListens(pids: readonly number[], port: number): boolean {
  if (!hasProc) return false
  const listening = new Set(
    tcpTable(['tcp', 'tcp6'], LISTEN)
      .filter((row) => row.port === port)
      .map((row) => row.inode),
  )
  return pids.some((pid) =>
    list(`/proc/${pid}/fd`)
      .filter((fd) => link(`/proc/${pid}/fd/${fd}`) === 'anon_inode:[eventpoll]')
      .flatMap((fd) => [...read(`/proc/${pid}/fdinfo/${fd}`).matchAll(/^tfd:.* ino:\s*([0-9a-f]+)/gm)])
      .some(([, inode = '']) => listening.has(`${Number.parseInt(inode, 16)}`)),
  )
}

/**
 * True where a socket of the processes listens on the port at an address that will do. Looks at the rows of IPv4 that listen and no further, a
 * hundredth of what the whole table costs; false proves nothing.
 */
export function listensEarly(
  pids: readonly number[],
  port: number,
  willDo: (address: string) => boolean,
): boolean {
  if (!hasProc) return false
  const own = new Set(socketInodes(pids))
  for (const row of tcpRows('tcp', 1)) {
    if (row.state !== LISTEN) return false
    if (row.port === port && own.has(row.inode) && willDo(row.address)) return true
  }
  return false
}

function lsof(pids: readonly number[], filter: readonly string[]): ListeningSocket[] {
  const names = run('lsof', ['-a', '-n', '-P', '-p', pids.join(','), '-iTCP', ...filter, '-Fn'])
  return names
    .split('\n')
    .filter((line) => line.startsWith('n'))
    .map((line) => {
      const local = line.slice(1).split('->')[0] ?? ''
      const colon = local.lastIndexOf(':')
      const address = local.slice(0, colon).replace(/^\[|\]$/g, '')
      return { address: address === '*' ? '0.0.0.0' : address, port: Number(local.slice(colon + 1)) }
    })
}
