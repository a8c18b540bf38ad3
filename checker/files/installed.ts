import { existsSync } from 'node:fs'
import { posix, win32 } from 'node:path'

/** True if a program of this name is on the PATH. */
export function isInstalled(name: string): boolean {
  return placesOf(name).some((path) => existsSync(path))
}

/**
 * Where a program of this name may be, in search order. On Windows its file ends in one of PATHEXT.
 */
export function placesOf(name: string, env = process.env, platform = process.platform): string[] {
  const { delimiter, join } = platform === 'win32' ? win32 : posix
  const endings = platform === 'win32' ? (env.PATHEXT ?? '').split(';') : []
  const folders = (env.PATH ?? '').split(delimiter)
  return folders.flatMap((folder) => ['', ...endings].map((ending) => join(folder, name + ending)))
}
