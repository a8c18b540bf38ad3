import { renameSync, writeFileSync } from 'node:fs'

/**
 * Writes a file so that it is there whole, or as it was: incomplete contents are in a file beside
 * it.
 */
export function writeWhole(path: string, text: string): void {
  const aside = `${path}.${process.pid}.new`
  writeFileSync(aside, text)
  renameSync(aside, path)
}
