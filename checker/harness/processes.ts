import { execFileSync } from 'node:child_process'
import { closeSync, existsSync, openSync, readdirSync, readFileSync, readlinkSync, readSync } from 'node:fs'

/** A listening TCP socket that a process of the learner's owns. */
export interface ListeningSocket {
  address: string
  port: number
}

/**
 * Where the operating system shows its processes as files. Elsewhere `ps` and `lsof` are asked; ACCEPT_LOOP_NO_PROC has
 * them asked here too, so that the other way is tested on one machine.
 */
export const hasProc = process.platform === 'linux' && process.env.ACCEPT_LOOP_NO_PROC === undefined

/** Where the kernel lists the children of a process; without, the parents of all processes are asked for. */
const hasChildren = hasProc && existsSync(`/proc/self/task/${process.pid}/children`)

/** The process and everything that descends from it, as far as the family tie is still there. */
export function familyOf(pid: number): number[] {
  if (hasChildren) return descent([pid], childrenInProc)
  const children = new Map<number, number[]>()
  for (const [child, parent] of hasProc ? parentsInProc() : parentsInPs()) {
    const siblings = children.get(parent)
    if (siblings) siblings.push(child)
    else children.set(parent, [child])
  }
  return descent([pid], (member) => children.get(member) ?? [])
}

function descent(family: number[], childrenOf: (pid: number) => readonly number[]): number[] {
  for (const member of family) family.push(...childrenOf(member))
  return family
}

/** True while at least one process of the group lives. */
export function groupLives(leader: number): boolean {
  try {
    process.kill(-leader, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
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

/** Resident bytes of the processes: now, and the highest that each has had. */
export function residentBytes(pids: readonly number[]): { now: number; peak: number } {
  const sum = { now: 0, peak: 0 }
  for (const pid of pids) {
    const status = hasProc ? read(`/proc/${pid}/status`) : ''
    const rss = hasProc
      ? Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0)
      : Number(run('ps', ['-o', 'rss=', '-p', `${pid}`]).trim() || 0)
    sum.now += rss * 1024
    sum.peak += Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? rss) * 1024
  }
  return sum
}

/** CPU milliseconds that the processes have used, all threads together. */
export function cpuMs(pids: readonly number[]): number {
  let ms = 0
  for (const pid of pids) {
    if (hasProc) {
      const fields = statFields(read(`/proc/${pid}/stat`))
      const precise = list(`/proc/${pid}/task`)
        .map((task) => Number(read(`/proc/${pid}/task/${task}/schedstat`).split(' ')[0] ?? 0))
        .reduce((sum, ns) => sum + ns, 0)
      ms += precise > 0 ? precise / 1e6 : (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * 10
    } else {
      ms += clock(run('ps', ['-o', 'time=', '-p', `${pid}`]).trim())
    }
  }
  return ms
}

/**
 * Milliseconds that the main thread of a process has been ready to run and was not let: the machine was busy with others. 0 where the
 * operating system does not tell.
 */
export function runDelayMs(pid: number | 'self'): number {
  return hasProc ? Number(read(`/proc/${pid}/schedstat`).split(' ')[1] ?? 0) / 1e6 : 0
}

/** True where the main thread of the process is not running, about to run, or waiting for a disk. */
export function isAsleep(pid: number): boolean {
  return !isAwake(read(`/proc/${pid}/stat`))
}

/** True where no thread of the processes is running, about to run, or waiting for a disk. */
export function allAsleep(pids: readonly number[]): boolean {
  return pids.every((pid) =>
    list(`/proc/${pid}/task`).every((task) => !isAwake(read(`/proc/${pid}/task/${task}/stat`))),
  )
}

function isAwake(stat: string): boolean {
  const [state] = statFields(stat)
  return state === 'R' || state === 'D'
}

/** One row of the kernel's table of TCP sockets; `unread` is the length of its receive queue. */
export interface TcpRow {
  address: string
  port: number
  remotePort: number
  state: string
  unread: number
  inode: string
}

const LISTEN = '0A'

/**
 * The kernel's tables (`/proc/net/tcp` and `tcp6`). A read of one walks the whole hash table of the machine, some
 * milliseconds: ask once for many sockets, never in a tight loop, and for IPv6 only where IPv4 had no answer. `only`: rows in that state.
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
      inode,
    })
  }
  return rows
}

/** A row of the table of IPv4, its line ending included. */
const ROW_BYTES = 150
const row = Buffer.alloc(ROW_BYTES)
const rows = Buffer.alloc(20 * ROW_BYTES)

/** Rows of a table as the kernel comes to them: it looks no further than it is read, so whoever has seen enough stops. */
export function* tcpRows(family: 'tcp' | 'tcp6'): Generator<TcpRow> {
  const path = `/proc/net/${family}`
  // A kernel without IPv6 has no table of it.
  if (!existsSync(path)) return
  const table = openSync(path, 'r')
  try {
    let rest = ''
    for (;;) {
      const length = readSync(table, rows, 0, rows.length, null)
      if (length === 0) return
      const text = rest + rows.toString('latin1', 0, length)
      const end = text.lastIndexOf('\n') + 1
      yield* toRows(text.slice(0, end))
      rest = text.slice(end)
    }
  } finally {
    closeSync(table)
  }
}

/**
 * True where a socket of the processes listens on the port, at an address that will do, and stands among the first rows: the kernel prints
 * those that listen before all others, and looks no further than it is read. A hundredth of what the whole table costs; false proves nothing.
 */
export function listensEarly(
  pids: readonly number[],
  port: number,
  willDo: (address: string) => boolean,
): boolean {
  if (!hasProc) return false
  const own = new Set(socketInodes(pids))
  const table = openSync('/proc/net/tcp', 'r')
  try {
    for (let line = 0; ; line += 1) {
      const length = readSync(table, row, 0, ROW_BYTES, null)
      const [found] = toRows(row.toString('latin1', 0, length))
      if (found?.state !== LISTEN && line > 0) return false
      if (found?.port === port && own.has(found.inode) && willDo(found.address)) return true
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

/** Each thread has its own: a look costs the same however many processes the machine has. */
function childrenInProc(pid: number): number[] {
  return list(`/proc/${pid}/task`).flatMap((task) =>
    read(`/proc/${pid}/task/${task}/children`).split(' ').filter(Boolean).map(Number),
  )
}

function parentsInProc(): [number, number][] {
  return list('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), Number(statFields(read(`/proc/${name}/stat`))[1] ?? 0)])
}

function parentsInPs(): [number, number][] {
  return run('ps', ['-axo', 'pid=,ppid='])
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([pid, parent]) => (pid && parent !== undefined ? [[pid, parent] as [number, number]] : []))
}

/** The fields behind the command's name, which may hold spaces and brackets: state first, then the parent. */
function statFields(stat: string): string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
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

/** `[[dd-]hh:]mm:ss[.cc]` of ps, in milliseconds. */
function clock(text: string): number {
  const parts = text.split(/[-:]/).map(Number)
  return (
    parts.reduce((sum, part, i) => sum + part * ([1, 60, 3600, 86400][parts.length - 1 - i] ?? 0), 0) * 1000
  )
}

function run(command: string, args: readonly string[]): string {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  } catch (error) {
    // lsof and ps exit with 1 when there is nothing to list; what they did print counts.
    return `${(error as { stdout?: string }).stdout ?? ''}`
  }
}

/** A process may be gone between two looks: then there is nothing to see. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}

function list(path: string): string[] {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}

function link(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
