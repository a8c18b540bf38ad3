import { spawnSync } from 'node:child_process'
import { isInstalled } from '../../files/installed.ts'
import { isRoot, lackOfSandbox, systemFolders } from '../../sandbox/sandbox.ts'

const MIB = 1024 * 1024

/** What a program that reads submissions may see and use. */
export interface Confinement {
  /**
   * Files and folders besides the system's programs. Git over a network sees everything that the
   * person who grades does: their proxy, their credentials.
   */
  sees: readonly string[] | 'everything'
  /** The one folder that it writes to. */
  writes?: string
  /** Bytes of private memory, and of each file. */
  memory: number
  fileSize: number
  /** Seconds of CPU. */
  cpu?: number
}

/**
 * The argument list that runs a command which reads submissions: with limits, and in a sandbox if
 * there is one, without a network unless it sees everything. If neither is available, the command
 * as it is.
 */
export function confined(
  command: readonly string[],
  { sees, writes, memory, fileSize, cpu }: Confinement,
): [command: string, ...args: string[]] {
  const limits = [
    ...['prlimit', `--data=${memory}`, `--fsize=${fileSize}`, '--nofile=256', '--core=0'],
    ...(cpu === undefined ? [] : [`--cpu=${cpu}`]),
  ]
  const writable = writes === undefined ? [] : ['--bind', writes, writes]
  const view =
    sees === 'everything'
      ? ['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc', ...writable]
      : [
          ...['--unshare-net', ...systemFolders(), '--dev', '/dev', '--proc', '/proc'],
          ...['--size', `${64 * MIB}`, '--tmpfs', '/tmp'],
          ...sees.flatMap((path) => ['--ro-bind-try', path, path]),
          ...[...writable, '--remount-ro', '/'],
        ]
  const [first = 'true', ...rest] = [
    ...(isSandboxUsable() ? [...SANDBOX, ...view, '--'] : []),
    ...(isInstalled('prlimit') ? limits : []),
    ...command,
  ]
  return [first, ...rest]
}

/** Root keeps one of its rights: to read what others may not. */
const SANDBOX = [
  ...['bwrap', '--die-with-parent', '--new-session', '--unshare-pid', '--unshare-ipc', '--unshare-uts'],
  ...['--hostname', 'intake'],
  ...(isRoot() ? ['--cap-drop', 'ALL', '--cap-add', 'CAP_DAC_READ_SEARCH'] : ['--unshare-user']),
]

let usable: boolean | undefined

/** True if a sandbox can be made here; found out once. */
function isSandboxUsable(): boolean {
  usable ??= lackOfSandbox() === undefined && canMake()
  return usable
}

function canMake(): boolean {
  const [command = '', ...args] = [
    ...SANDBOX,
    '--ro-bind',
    '/',
    '/',
    '--dev',
    '/dev',
    '--proc',
    '/proc',
    'true',
  ]
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0
}
