import { resolve } from 'node:path'

/**
 * A path as somebody typed it: it starts in the folder where they typed, which npm leaves for the
 * project's own.
 */
export function typedPath(path: string): string {
  return resolve(process.env.INIT_CWD ?? process.cwd(), path)
}
