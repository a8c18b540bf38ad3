import { join } from 'node:path'
import type { Launch } from '../program/launch.ts'

/** The file of a small server, right or wrong, for tests of what observes servers. */
export function serverFile(name: string): string {
  return join(import.meta.dirname, 'servers', `${name.replaceAll(' ', '-')}.js`)
}

/** How it is started: in the folder where it may write. */
export function serverLaunch(name: string, args: readonly string[] = [], folder = '/tmp'): Launch {
  return { command: process.execPath, args: [serverFile(name), ...args], cwd: folder, tmp: folder }
}
