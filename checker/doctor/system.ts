import { once } from 'node:events'
import net from 'node:net'
import { release } from 'node:os'
import { hasProc } from '../program/proc.ts'
import { familyOf } from '../program/processes.ts'
import { listeningSockets } from '../program/sockets.ts'
import type { Finding, Probe } from './probe.ts'

/** What the course runs on, as far as it makes a difference. */
export type SystemKind = 'Linux' | 'WSL' | 'WSL 1' | 'macOS' | 'Windows' | 'another system'

const KINDS: Partial<Record<NodeJS.Platform, SystemKind>> = {
  linux: 'Linux',
  darwin: 'macOS',
  win32: 'Windows',
}

/**
 * The kernel of WSL names itself: `…-Microsoft` in version 1, `…-microsoft-standard-WSL2` in
 * version 2.
 */
export function systemKind(platform: NodeJS.Platform = process.platform, kernel = release()): SystemKind {
  if (platform === 'linux' && /microsoft/i.test(kernel)) return /-Microsoft$/.test(kernel) ? 'WSL 1' : 'WSL'
  return KINDS[platform] ?? 'another system'
}

const REMEDIES: Partial<Record<SystemKind, string>> = {
  'WSL 1': 'It has no table of sockets. In PowerShell, wsl --set-version DISTRIBUTION 2 makes it WSL 2.',
  Windows:
    'Checks need a POSIX system. Install WSL 2 (in PowerShell: wsl --install) and get the course in its home folder.',
  'another system': 'The course is proved on Linux; macOS and WSL 2 are meant to work, too.',
}

export const system: Probe = {
  id: 'system',
  name: 'system',
  matters: 'learner',
  use: 'Your server is started, watched and ended by means that Linux and macOS have.',
  async look(): Promise<Finding> {
    const kind = systemKind()
    const remedy = REMEDIES[kind]
    const found = `${kind}, ${process.arch}, kernel ${release()}`
    if (remedy === undefined) return { state: 'ok', found }
    return { state: kind === 'another system' ? 'note' : 'bad', found, remedy }
  },
}

/** Looks for a socket of our own in exactly the way in which a check looks for the learner's. */
export const processView: Probe = {
  id: 'process-view',
  name: 'process view',
  matters: 'learner',
  use: 'A check sees by it that your server listens, without connecting to it.',
  async look(): Promise<Finding> {
    const [shows, hides] = hasProc
      ? ['/proc shows', '/proc does not show']
      : ['ps and lsof show', 'ps and lsof do not show']
    const server = net.createServer().listen(0, '127.0.0.1')
    try {
      await once(server, 'listening')
      const { port } = server.address() as net.AddressInfo
      const seesSocket = listeningSockets([process.pid]).some((socket) => socket.port === port)
      const seesFamily = familyOf(process.ppid).includes(process.pid)
      if (seesSocket && seesFamily) return { state: 'ok', found: `${shows} processes and their sockets` }
      const unseen = seesSocket ? 'the children of a process' : 'the sockets of a process'
      return { state: 'bad', found: `${hides} ${unseen}`, remedy: viewRemedy() }
    } finally {
      server.close()
    }
  },
}

function viewRemedy(): string {
  return hasProc
    ? 'In a container, mount its own /proc; elsewhere, mount /proc without hidepid.'
    : 'Install lsof and ps. On macOS both are there: put /usr/sbin and /bin into PATH.'
}
