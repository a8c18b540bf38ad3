import { resolve } from 'node:path'

/**
 * A path as it was typed: relative to the folder where it was typed, which npm leaves for the
 * project's own.
 */
export function typedPath(path: string): string {
  return resolve(process.env.INIT_CWD ?? process.cwd(), path)
}
