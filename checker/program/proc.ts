import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/**
 * True if the operating system shows its processes as files. Otherwise `ps` and `lsof` are asked;
 * ACCEPT_LOOP_NO_PROC has them asked here too, so that both ways can be tested on one machine.
 */
export const hasProc = process.platform === 'linux' && process.env.ACCEPT_LOOP_NO_PROC === undefined

let commandMs = 0

/** For how many ms `run` has blocked us. */
export function timeInCommands(): number {
  return commandMs
}

/** What a command prints; empty if the command does not exist. */
export function run(command: string, args: readonly string[]): string {
  const start = performance.now()
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  } catch (error) {
    // lsof and ps exit with 1 when there is nothing to list; what they printed still counts.
    return `${(error as { stdout?: string }).stdout ?? ''}`
  } finally {
    commandMs += performance.now() - start
  }
}

/**
 * A file of /proc; empty if the process has gone in the meantime. Read as UTF-8, which Node does in
 * half the time of other encodings. A process's name may not be valid UTF-8, but no caller needs
 * names.
 */
export function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** The names in a folder of /proc. */
export function list(path: string): string[] {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}

/** Where a link in /proc points. */
export function link(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
