import { spawnSync } from 'node:child_process'
import { existsSync, lstatSync, readFileSync, readlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isInstalled } from '../files/installed.ts'
import { HOST_NAME, SCRATCH } from './cage.ts'
import { memoryCgroup, startedIn } from './memory-cgroup.ts'

/**
 * How to start a judge apart from the rest of the machine: a prefix for its argument list, and its
 * whole environment.
 */
export interface Launcher {
  wrap: readonly string[]
  env: NodeJS.ProcessEnv
}

/** The programs that a sandbox needs. */
const NEEDED = ['bwrap', 'prlimit', 'ldd']
/**
 * The user that the judge appears to be when root grades: limits on processes do not apply to root.
 */
const NOBODY = 65_534
/**
 * User ids that systemd does not hand out in ranges, as it does with others on most machines: a
 * large range, and a small one that exists in containers too.
 */
const FREE_USERS = [
  { first: 0x7000_0000, count: 0x1000_0000 },
  { first: 60_578, count: 606 },
]
/** How many judges of one process get a user id of their own. */
const JUDGES = 64
/** For the judge's own files, and for what learners' programs write. */
const TMPFS_BYTES = 512 * 1024 * 1024

/**
 * What this machine lacks for a sandbox, and what to do about it; undefined if it lacks nothing.
 */
export function lackOfSandbox(): string | undefined {
  if (process.platform !== 'linux') {
    return 'Submissions run in a sandbox (bubblewrap) that needs Linux. Grade on a Linux machine, for example a virtual one.'
  }
  const needed = isRoot() ? [...NEEDED, 'setpriv'] : NEEDED
  const missing = needed.filter((name) => !isInstalled(name))
  if (missing.length === 0) return undefined
  return `Submissions are run in a sandbox, for which ${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} missing here. On Debian and Ubuntu: apt-get install bubblewrap util-linux libc-bin`
}

/**
 * The outer sandbox: starts a judge that has a network of its own, with only a loopback in it, and
 * can write only to memory. Solutions, submissions and the gradebook are outside. If root grades,
 * each judge runs as a user of its own, chosen by its `index`: the kernel counts much, such as
 * epoll watches, per user.
 */
export function sandboxedLauncher(root: string, index = 0): Launcher {
  const visible = [...systemFolders(), ...courseFolders(root)]
  const workshop = join(root, '.workshop')
  const judge = [
    'bwrap',
    ...['--unshare-user', '--unshare-net', '--unshare-pid', '--unshare-ipc', '--unshare-uts'],
    ...['--unshare-cgroup-try', '--die-with-parent', '--new-session', '--hostname', HOST_NAME],
    ...memory('/tmp'),
    ...visible,
    ...memory(workshop),
    ...memory(SCRATCH),
    ...['--proc', '/proc', '--dev', '/dev', '--remount-ro', '/dev', '--remount-ro', '/', '--chdir', root],
  ]
  const asSomebody = ['--uid', `${NOBODY}`, '--gid', `${NOBODY}`]
  const procs = memoryCgroup(index)
  const joining = procs === undefined ? [] : startedIn(procs)
  const apart = isRoot() ? [...asUser(userOf(index), visible), ...judge, ...asSomebody] : judge
  const wrap = [...joining, ...apart]
  const env = {
    PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin',
    HOME: SCRATCH,
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    TMPDIR: workshop,
  }
  return { wrap, env }
}

/** What bubblewrap says if it cannot make this sandbox; undefined if it can. */
export function refusalOf({ wrap, env }: Launcher): string | undefined {
  const [command = '', ...args] = [...wrap, 'true']
  const { status, stderr, error } = spawnSync(command, args, { env, encoding: 'utf8' })
  return status === 0 ? undefined : (error?.message ?? stderr.trim())
}

/**
 * As root, first makes the same view of the machine, with folders that every user may enter, and
 * then becomes this user. The view contains the machine's own `/proc`, because a new one can only
 * be mounted where a whole one is visible.
 */
function asUser(user: number, visible: readonly string[]): string[] {
  const folders = new Set(
    visible.filter((word) => word.startsWith('/')).flatMap((path) => ancestors(dirname(path))),
  )
  const walk = [...folders].flatMap((folder) => ['--perms', '0755', '--dir', folder])
  return [
    ...['bwrap', '--die-with-parent', ...walk, ...visible],
    // bubblewrap builds the next view below /tmp.
    ...['--perms', '0755', '--dir', '/tmp'],
    ...['--dev-bind', '/proc', '/proc', '--dev-bind', '/dev', '/dev', '--'],
    ...['setpriv', `--reuid=${user}`, `--regid=${NOBODY}`, '--clear-groups'],
    ...['--inh-caps=-all', '--bounding-set=-all', '--no-new-privs', '--'],
  ]
}

/**
 * A user id that no other judge on this machine has; that of nobody if the container has none to
 * spare.
 */
function userOf(index: number): number {
  const number = process.pid * JUDGES + (index % JUDGES)
  const users = FREE_USERS.map(({ first, count }) => first + (number % count))
  return users.find(isMapped) ?? NOBODY
}

function isMapped(user: number): boolean {
  const lines = readFileSync('/proc/self/uid_map', 'utf8').trim().split('\n')
  return lines.some((line) => {
    const [first = 0, , count = 0] = line.trim().split(/\s+/).map(Number)
    return first <= user && user < first + count
  })
}

/** A folder in memory. */
function memory(path: string): string[] {
  return ['--size', `${TMPFS_BYTES}`, '--tmpfs', path]
}

/** Programs and libraries: hidden tests drive real clients that are installed. */
export function systemFolders(): string[] {
  const tops = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'].filter((path) => existsSync(path))
  const etc = ['ld.so.cache', 'alternatives', 'passwd', 'group', 'nsswitch.conf', 'hosts', 'ssl'].map(
    (name) => `/etc/${name}`,
  )
  const node = process.execPath.startsWith('/usr/') ? [] : [process.execPath]
  return [
    ...['--ro-bind', '/usr', '/usr'],
    ...tops.flatMap((path) =>
      lstatSync(path).isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : ['--ro-bind', path, path],
    ),
    ...[...etc, ...node].flatMap((path) => ['--ro-bind-try', path, path]),
  ]
}

/** The judge's code and the hidden tests, without any solution. */
function courseFolders(root: string): string[] {
  const names = [
    'checker/dist',
    'checker/grade/canary',
    'node_modules',
    'package.json',
    'tsconfig.json',
    'exercises',
  ]
  return names.map((name) => join(root, name)).flatMap((path) => ['--ro-bind', path, path])
}

function ancestors(path: string): string[] {
  const parent = dirname(path)
  return parent === path ? [] : [...ancestors(parent), path]
}

export function isRoot(): boolean {
  return process.getuid?.() === 0
}
