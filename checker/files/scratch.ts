import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const INTERRUPTED = 130

/**
 * Gives `work` a folder of its own, `below/name` followed by a few letters. It is removed
 * afterwards, even on Ctrl-C.
 */
export async function withScratch<T>(
  below: string,
  name: string,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(below, name))
  // A program that the same Ctrl-C ends may still be writing its last file.
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
  const leave = () => process.exit(INTERRUPTED)
  process.once('exit', remove)
  for (const signal of SIGNALS) process.once(signal, leave)
  try {
    return await work(folder)
  } finally {
    for (const signal of SIGNALS) process.off(signal, leave)
    process.off('exit', remove)
    remove()
  }
}
