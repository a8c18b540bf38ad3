import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/**
 * Where the operating system shows its processes as files. Elsewhere `ps` and `lsof` are asked;
 * ACCEPT_LOOP_NO_PROC has them asked here too, so that the other way is tested on one machine.
 */
export const hasProc = process.platform === 'linux' && process.env.ACCEPT_LOOP_NO_PROC === undefined

let commandMs = 0

/** Milliseconds for which `run` has kept us from all else. */
export function timeInCommands(): number {
  return commandMs
}

/** What a command prints; nothing where there is none. */
export function run(command: string, args: readonly string[]): string {
  const start = performance.now()
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  } catch (error) {
    // lsof and ps exit with 1 when there is nothing to list; what they did print counts.
    return `${(error as { stdout?: string }).stdout ?? ''}`
  } finally {
    commandMs += performance.now() - start
  }
}

/**
 * A file of /proc. A process may be gone between two looks: then there is nothing to see. As UTF-8,
 * which Node reads in half the time that other encodings take; a process may have a name that is
 * none, and nobody asks for names.
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

/** Where a link of /proc leads. */
export function link(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
