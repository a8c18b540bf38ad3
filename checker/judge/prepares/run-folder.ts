import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from '../../files/make-folder.ts'

/** The folder of one judge: what it compiles, and the TMPDIR of the programs that it starts. */
export interface RunFolder {
  path: string
  /** Also the mark in the environment of every process that a learner's program leaves behind. */
  tmp: string
}

/**
 * Outlives the judge by a moment: its standard input ends when the judge is gone, even after kill
 * -9. Then it kills every process that still carries the mark, and removes the folder.
 */
const REAPER = `
while read -r _; do :; done
for environ in $(grep -lsaF -- "TMPDIR=$1/tmp" /proc/[0-9]*/environ 2>/dev/null); do
  pid=\${environ#/proc/}
  kill -9 "\${pid%/environ}" 2>/dev/null
done
if [ ! -d /proc/self ]; then
  ps axeww -o pid= -o command= | grep -F -- "TMPDIR=$1/tmp" | grep -v grep | while read -r pid _; do kill -9 "$pid" 2>/dev/null; done
fi
rm -rf -- "$1"
`

/**
 * Creates the folder below the project's `.workshop`, and has it removed when this process is gone.
 */
export function openRunFolder(root: string): RunFolder {
  const runs = join(root, '.workshop', 'run')
  makeFolder(runs)
  removeOrphans(runs)
  const path = mkdtempSync(join(runs, `${process.pid}-`))
  const tmp = join(path, 'tmp')
  mkdirSync(tmp)
  const reaper = spawn('sh', ['-c', REAPER, 'reaper', path], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  reaper.on('error', () => {})
  reaper.unref()
  // The pipe alone must not keep us alive.
  ;(reaper.stdin as unknown as { unref(): void }).unref()
  return { path, tmp }
}

/** Kills what learners' programs have left behind, including daemons in their own session. */
export function killStrays({ tmp }: RunFolder): void {
  for (const name of processNames()) {
    if (!carriesMark(name, `TMPDIR=${tmp}`)) continue
    try {
      process.kill(Number(name), 'SIGKILL')
    } catch {
      // Gone already.
    }
  }
}

function processNames(): string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  } catch {
    return []
  }
}

function carriesMark(pid: string, mark: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(mark)
  } catch {
    return false
  }
}

/** Removes folders whose process ended without doing so, as after a power cut. */
function removeOrphans(runs: string): void {
  for (const name of readdirSync(runs)) {
    if (lives(Number.parseInt(name, 10))) continue
    try {
      rmSync(join(runs, name), { recursive: true, force: true })
    } catch {
      // Another user's folder, which they will remove.
    }
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
