import { readdirSync } from 'node:fs'
import { hasProc, link, list, read, run } from './proc.ts'
import { LISTEN, tcpRows, tcpTable } from './tcp-table.ts'

/** A listening TCP socket that a process of the learner's owns. */
export interface ListeningSocket {
  address: string
  port: number
}

/** The flags of a listening Unix socket in the kernel's table: SO_ACCEPTCON. */
const ACCEPTS = '00010000'

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
 * Network sockets that the processes hold open, listening and connected. One that several processes
 * hold counts once: a server that forks for each client hands its listening socket on to them all.
 * The TCP table would not do: a reset connection has left it while its descriptor is still open. So
 * we count the sockets that are not Unix sockets, as our pipes are.
 */
export function networkSockets(pids: readonly number[]): number {
  if (!hasProc) return lsof(pids, []).length
  const unix = new Set(
    read('/proc/net/unix')
      .split('\n')
      .map((line) => line.trim().split(/\s+/)[6]),
  )
  return new Set(socketInodes(pids).filter((inode) => !unix.has(inode))).size
}

/**
 * True if a living process does not let us see what it has open, because it may not be dumped or
 * its program may not be read: then it may hold anything. Never true for a process that is ending,
 * which has given back its memory before its descriptors.
 */
export function hidesDescriptors(pids: readonly number[]): boolean {
  return hasProc && pids.some((pid) => isRefused(`/proc/${pid}/fd`) && hasMemory(pid))
}

function isRefused(folder: string): boolean {
  try {
    readdirSync(folder)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES'
  }
}

function hasMemory(pid: number): boolean {
  const pages = Number(read(`/proc/${pid}/statm`).split(' ')[0])
  return pages > 0
}

/**
 * How many descriptors of the processes are files in this folder, or below it; 0 if descriptors
 * cannot be seen.
 */
export function openFilesIn(folder: string, pids: readonly number[]): number {
  return pids
    .flatMap((pid) => list(`/proc/${pid}/fd`).map((fd) => link(`/proc/${pid}/fd/${fd}`)))
    .filter((target) => target.startsWith(`${folder}/`)).length
}

/** Listening sockets that the processes own. */
export function listeningSockets(pids: readonly number[]): ListeningSocket[] {
  if (!hasProc) return lsof(pids, ['-sTCP:LISTEN'])
  const own = new Set(socketInodes(pids))
  return tcpTable(['tcp', 'tcp6'], LISTEN)
    .filter((row) => own.has(row.inode))
    .map(({ address, port }) => ({ address, port }))
}

/** The paths of the Unix sockets on which the processes listen, as they named them. */
export function listeningPaths(pids: readonly number[]): string[] {
  if (!hasProc) return []
  const own = new Set(socketInodes(pids))
  return read('/proc/net/unix')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , flags, , , inode = '']) => flags === ACCEPTS && own.has(inode))
    .flatMap(([, , , , , , , path]) => path ?? [])
}

/** True for the addresses that stand for all of the machine's addresses. */
export function isEveryAddress(address: string): boolean {
  return address === '0.0.0.0' || address === '::'
}

/**
 * True if an event loop of the processes waits for connections to the port: their listening socket
 * is in an epoll set, as with libuv, and not waited for in accept() itself. False if the operating
 * system does not say.
 */
export function loopListens(pids: readonly number[], port: number): boolean {
  if (!hasProc) return false
  const listening = new Set(
    tcpTable(['tcp', 'tcp6'], LISTEN)
      .filter((row) => row.port === port)
      .map((row) => row.inode),
  )
  // A thread may have its own descriptors.
  const threads = pids.flatMap((pid) => list(`/proc/${pid}/task`).map((task) => `/proc/${pid}/task/${task}`))
  return threads.some((thread) =>
    list(`${thread}/fd`)
      .filter((fd) => link(`${thread}/fd/${fd}`) === 'anon_inode:[eventpoll]')
      .flatMap((fd) => [...read(`${thread}/fdinfo/${fd}`).matchAll(/^tfd:.* ino:\s*([0-9a-f]+)/gm)])
      .some(([, inode = '']) => listening.has(`${Number.parseInt(inode, 16)}`)),
  )
}

/**
 * True if a socket of the processes listens on the port at an acceptable address. Reads only the
 * listening rows of the IPv4 table, a hundredth of the cost of the whole table; false proves
 * nothing.
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
  return socketsOfLsof(run('lsof', ['-a', '-n', '-P', '-p', pids.join(','), '-iTCP', ...filter, '-Ftn']))
}

/**
 * What `lsof -Ftn` prints for sockets, one field per line: `tIPv4`, then `n127.0.0.1:4000`. All
 * addresses of a family are `*`.
 */
export function socketsOfLsof(fields: string): ListeningSocket[] {
  const sockets: ListeningSocket[] = []
  let every = '0.0.0.0'
  for (const line of fields.split('\n')) {
    if (line.startsWith('t')) every = line === 'tIPv6' ? '::' : '0.0.0.0'
    if (!line.startsWith('n')) continue
    const local = line.slice(1).split('->')[0] ?? ''
    const colon = local.lastIndexOf(':')
    const address = local.slice(0, colon).replace(/^\[|\]$/g, '')
    sockets.push({ address: address === '*' ? every : address, port: Number(local.slice(colon + 1)) })
  }
  return sockets
}
