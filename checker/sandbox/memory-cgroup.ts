import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * The limit for a judge with all its cages: their memory, the judge's own, the in-memory files that
 * both write, and what the kernel holds for them.
 */
const MAX_BYTES = 4 * 1024 ** 3
const NAME = 'accept-loop'
const LEFT = new RegExp(`^${NAME}-(\\d+)-\\d+$`)

/** A hierarchy of cgroups: where to make a new one, and what to write into it. */
interface Hierarchy {
  /** The folder in which a judge's cgroup is made. */
  parent: string
  limits: readonly [file: string, value: string][]
}

/** The cgroups made so far, by the judge's number. */
const made = new Map<number, string>()

/**
 * Makes a memory cgroup for the judge of this number: the kernel then counts everything it holds
 * for the judge's processes, shared memory and socket buffers included. Returns the file through
 * which a process joins it; undefined if no cgroup can be made.
 */
export function memoryCgroup(index: number): string | undefined {
  const known = made.get(index)
  if (known !== undefined) return join(known, 'cgroup.procs')
  for (const { parent, limits } of places()) {
    try {
      removeLeft(parent)
      const folder = join(parent, `${NAME}-${process.pid}-${index}`)
      remove(folder)
      mkdirSync(folder)
      if (made.size === 0) process.once('exit', removeMade)
      made.set(index, folder)
      for (const [file, value] of limits) writeFileSync(join(folder, file), value)
      return join(folder, 'cgroup.procs')
    } catch {
      // We may not make it, or it has no memory limit.
      made.delete(index)
    }
  }
  return undefined
}

/** A command that starts another one in a cgroup, or outside it if joining fails. */
export function startedIn(procs: string): string[] {
  return ['sh', '-c', 'echo $$ 2>/dev/null >"$0"; exec "$@"', procs]
}

/**
 * Where to make cgroups: in version 1, below the process's own; in version 2, beside it, because a
 * cgroup that has processes cannot have children with limits.
 */
function places(): Hierarchy[] {
  const mounts = read('/proc/self/mountinfo').split('\n')
  const lines = read('/proc/self/cgroup').split('\n')
  return mounts.flatMap((mount) => {
    const [fields = '', type = ''] = mount.split(' - ')
    const [, , , root = '/', at = ''] = fields.split(' ')
    const own = (isIts: (line: string[]) => boolean) => {
      const path = lines.map((line) => line.split(':')).find(isIts)?.[2]
      // Above what the container can see.
      return path?.includes('..') ? undefined : path
    }
    const below = (path: string) => join(at, path.startsWith(root) ? path.slice(root.length) : path)
    if (/^cgroup2 /.test(type)) {
      const path = own(([number]) => number === '0')
      const parent = path === undefined ? '' : dirname(below(path))
      if (!read(join(parent, 'cgroup.subtree_control')).split(/\s/).includes('memory')) return []
      return { parent, limits: [['memory.max', `${MAX_BYTES}`]] as const }
    }
    if (!/^cgroup .*\bmemory\b/.test(type)) return []
    const path = own(([, controllers = '']) => controllers.split(',').includes('memory'))
    return path === undefined
      ? []
      : { parent: below(path), limits: [['memory.limit_in_bytes', `${MAX_BYTES}`]] as const }
  })
}

/** Removes the cgroups of runs that were killed. One with processes in it stays. */
function removeLeft(parent: string): void {
  for (const name of readdirSync(parent)) {
    const [, pid] = LEFT.exec(name) ?? []
    if (pid !== undefined && Number(pid) !== process.pid && !lives(Number(pid))) remove(join(parent, name))
  }
}

function removeMade(): void {
  for (const folder of made.values()) remove(folder)
}

function remove(folder: string): void {
  try {
    rmdirSync(folder)
  } catch {
    // Its processes are still ending: the next run removes it.
  }
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
