import { existsSync } from 'node:fs'
import { relative } from 'node:path'
import { UsageError } from '../errors/usage.ts'

/**
 * The path of a file that comes with the course. If it is gone, a usage error says how to get it
 * back.
 */
export function shippedFile(root: string, path: string): string {
  if (existsSync(path)) return path
  const shown = relative(root, path)
  throw new UsageError(
    `There is no ${shown}, which comes with the course. git checkout -- ${shown} brings it back.`,
  )
}
