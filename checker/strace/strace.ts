import { isInstalled } from '../files/installed.ts'
import type { Launch } from '../program/launch.ts'
import { type Call, isTcp, returnedNumber, subjectOf } from './call.ts'
import { MARKER } from './marker.ts'

/** Calls that a TCP server makes; `?` marks those that not every architecture has. */
const CALLS = [
  'execve',
  'network',
  'read',
  'write',
  'readv',
  'writev',
  'close',
  '?access',
  '?faccessat',
  '?faccessat2',
]
const EPOLL_CALLS = ['epoll_ctl', '?epoll_wait', '?epoll_pwait', '?epoll_pwait2']
/** How many bytes of the data read and written strace prints. */
const STRING_BYTES = 512

/** Why strace cannot be used here, and what to do; undefined if it can. */
export function missingStrace(): string | undefined {
  if (process.platform !== 'linux') {
    return `strace, which shows a program's system calls, runs on Linux only, and this is ${process.platform}. A Linux in a virtual machine or a container shows your own.`
  }
  if (isInstalled('strace')) return undefined
  return 'strace is not installed. Install it (Debian and Ubuntu: sudo apt install strace; Fedora: sudo dnf install strace; Arch: sudo pacman -S strace), then run this again.'
}

/** The program, started under strace, which writes its output to `file`. */
export function underStrace(launch: Launch, file: string, epoll: boolean): Launch {
  const program = launch.shell ? ['sh', '-c', launch.command] : [launch.command, ...launch.args]
  const calls = [...CALLS, ...(epoll ? EPOLL_CALLS : [])].join(',')
  const options = [
    '-f',
    '-ttt',
    '-T',
    '-yy',
    '-s',
    `${STRING_BYTES}`,
    '-e',
    `trace=${calls}`,
    '-e',
    'signal=none',
  ]
  return { ...launch, command: 'strace', args: [...options, '-o', file, '--', ...program], shell: false }
}

/** True if the trace shows that strace was able to start the program. */
export function hasStarted(calls: readonly Call[]): boolean {
  return calls.some((call) => call.name === 'execve' && !call.error)
}

/**
 * strace's message when it could not trace, such as
 * `strace: ptrace(PTRACE_TRACEME, ...): Operation not permitted`.
 */
export function complaintOf(stderr: string): string | undefined {
  return stderr.split('\n').find((line) => line.startsWith('strace: '))
}

/**
 * The calls on TCP sockets, the markers, and the epoll calls about such a socket; not those on
 * files, pipes or name servers.
 */
export function onSockets(calls: readonly Call[]): Call[] {
  const sockets = new Set<number>()
  return calls.filter((call) => {
    if (call.args.some((arg) => arg.startsWith(`"${MARKER}`))) return true
    if (/^epoll_p?wait/.test(call.name)) return wakesFor(call, sockets)
    const subject = subjectOf(call)
    if (call.name === 'socket' && call.error)
      return /^AF_INET6?$/.test(call.args[0] ?? '') && /SOCK_STREAM/.test(call.args[1] ?? '')
    if (!subject || !isTcp(subject)) return false
    sockets.add(subject.fd)
    const accepted = /^accept/.test(call.name) ? returnedNumber(call) : undefined
    if (accepted !== undefined) sockets.add(accepted)
    return true
  })
}

/** True if epoll reports one of the sockets: Node puts the descriptor into the event's data. */
function wakesFor(call: Call, sockets: ReadonlySet<number>): boolean {
  const reported = [...(call.args[1] ?? '').matchAll(/u32=(\d+)/g)]
  return reported.some(([, fd]) => sockets.has(Number(fd)))
}
