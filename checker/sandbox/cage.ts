import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'

/**
 * The inner sandbox, which the judge makes for each process of the learner's. It has its own
 * processes, mounts, users, host name and IPC, sees only what is named here, and shares the judge's
 * network, which is nothing but a loopback.
 */
export interface Cage {
  /** bubblewrap's options: namespaces, and what every caged process sees. */
  wrap: readonly string[]
  /** Sets the limits, inside the cage: those on processes count by user namespace. */
  limits: readonly string[]
  /** Path of the file with the filter for system calls, once the judge has written it. */
  filter?: string
  /** The compiler, which also runs in a cage. */
  esbuild: string
  /** Folders of packages that the exercise allows a program to import. */
  packages: readonly string[]
}

/** Where a caged process may write: memory of bounded size that disappears with the process. */
export const CAGE_TMP = '/tmp'
/**
 * A folder that the judge and all caged processes of a job see under the same name, for tests that
 * give a program a folder. Its size is bounded, and it is emptied after every job.
 */
export const SCRATCH = '/scratch'

/** The machine's name in a sandbox: it reveals nothing. */
export const HOST_NAME = 'localhost'

/**
 * The descriptor from which bubblewrap reads the filter; some shells redirect only those of one
 * digit.
 */
const FILTER_FD = '9'
const MIB = 1024 * 1024
/**
 * Private memory of one process. V8 reserves far more address space than it uses, so RLIMIT_AS
 * would stop honest programs.
 */
const DATA_BYTES = 1024 * MIB
const TMP_BYTES = 256 * MIB
const FILE_BYTES = 256 * MIB
/** Enough for ten thousand connections. */
const DESCRIPTORS = 16_384
/**
 * Threads, in all processes of one cage. A Node process has 11, and one worker per core is
 * legitimate. The cost of a fork bomb is the square of this.
 */
const TASKS = Math.max(256, 32 * availableParallelism())

/**
 * What a caged program sees apart from its own file: Node, and the shared libraries it is linked
 * with.
 */
export function openCage(root: string): Cage {
  const prlimit = findProgram('prlimit')
  const files = [process.execPath, prlimit, ...librariesOf(process.execPath), ...librariesOf(prlimit)]
  return {
    wrap: [
      ...['--unshare-user', '--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try'],
      ...['--disable-userns', '--die-with-parent', '--new-session', '--hostname', HOST_NAME],
      ...[...new Set(files)].flatMap((file) => ['--ro-bind', file, file]),
      ...['--proc', '/proc', '--size', `${TMP_BYTES}`, '--tmpfs', CAGE_TMP, '--bind', SCRATCH, SCRATCH],
      // Not /dev/zero: a shared mapping of it is memory that is not charged to any process.
      ...['null', 'random', 'urandom'].flatMap((name) => ['--dev-bind', `/dev/${name}`, `/dev/${name}`]),
    ],
    limits: [
      prlimit,
      `--data=${DATA_BYTES}`,
      `--fsize=${FILE_BYTES}`,
      `--nofile=${Math.min(DESCRIPTORS, hardLimit('Max open files'))}`,
      `--nproc=${Math.min(TASKS, hardLimit('Max processes'))}`,
      '--core=0',
    ],
    esbuild: join(root, 'node_modules', '@esbuild', `${process.platform}-${process.arch}`, 'bin', 'esbuild'),
    packages: [],
  }
}

/** The argument list that runs `command` in a cage, with these mounts added. */
export function caged(
  { wrap, limits, filter }: Cage,
  mounts: readonly string[],
  command: readonly string[],
): [command: string, ...args: string[]] {
  const filtered = filter === undefined ? [] : ['--seccomp', FILTER_FD]
  const bwrap = ['bwrap', ...filtered, ...wrap, ...mounts, '--remount-ro', '/', '--chdir', CAGE_TMP, '--']
  const inside = [...bwrap, ...limits, ...command]
  return filter === undefined
    ? ['env', ...inside]
    : ['sh', '-c', `exec "$@" ${FILTER_FD}<"$0"`, filter, ...inside]
}

/** The path of a program, which is known to be on the PATH. */
function findProgram(name: string): string {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/bin', '/bin', '/usr/sbin', '/sbin']
  const path = folders.map((folder) => join(folder, name)).find((each) => existsSync(each))
  if (path === undefined) throw new Error(`${name} is not on the PATH`)
  return path
}

/** The program and the files that the loader would load for it. */
function librariesOf(program: string): string[] {
  const text = execFileSync('ldd', [program], { encoding: 'utf8' })
  return [...text.matchAll(/(?:=> |^\s*)(\/\S+)/gm)].flatMap((match) => match[1] ?? [])
}

/** A hard limit of this process; no limit can be set above it. */
function hardLimit(name: string): number {
  const line = readFileSync('/proc/self/limits', 'utf8')
    .split('\n')
    .find((each) => each.startsWith(name))
  const hard = line?.slice(name.length).trim().split(/\s+/)[1]
  return hard === undefined || hard === 'unlimited' ? Number.MAX_SAFE_INTEGER : Number(hard)
}
