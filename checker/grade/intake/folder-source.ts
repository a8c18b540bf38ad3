import { constants, type Stats } from 'node:fs'
import { type FileHandle, lstat, open, readdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { type Handed, IS_LINK, MAX_BYTES, type Source, type SourceEntry, TOO_LARGE } from './source.ts'

/** A folder on this machine. Links in it are never followed. */
export class FolderSource implements Source {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  async entries(folder: string): Promise<SourceEntry[]> {
    try {
      const entries = await readdir(join(this.#folder, folder), { withFileTypes: true })
      return entries.map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }))
    } catch (error) {
      if (folder === '') throw error
      return []
    }
  }

  async read(path: string): Promise<Handed> {
    try {
      return await this.#read(path)
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      if (code === 'ENOENT' || code === 'ENOTDIR') return { missing: true }
      return { refused: `${path} cannot be read: ${code ?? message}` }
    }
  }

  async close(): Promise<void> {}

  async #read(path: string): Promise<Handed> {
    const names = path.split('/')
    for (const [i] of names.entries()) {
      const part = names.slice(0, i + 1).join('/')
      const stats = await lstat(join(this.#folder, part))
      if (stats.isSymbolicLink()) return { refused: `${part} ${IS_LINK}` }
    }
    const file = join(this.#folder, path)
    // A FIFO would make open wait for a writer.
    const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    try {
      const stats = await handle.stat()
      const problem = await this.#problem(path, stats)
      return problem === undefined ? await take(handle, path, stats) : { refused: `${path} ${problem}` }
    } finally {
      await handle.close()
    }
  }

  /** Checks again what was opened: a folder may have become a link since. */
  async #problem(path: string, stats: Stats): Promise<string | undefined> {
    if (!stats.isFile()) return 'is not a regular file'
    if (stats.size > MAX_BYTES) return TOO_LARGE
    const expected = join(await realpath(this.#folder), path)
    const real = await realpath(join(this.#folder, path))
    return real === expected ? undefined : IS_LINK
  }
}

/** Reads no more than is allowed, whatever size was reported. */
async function take(handle: FileHandle, path: string, stats: Stats): Promise<Handed> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAX_BYTES + 1), 0, MAX_BYTES + 1, 0)
  if (bytesRead > MAX_BYTES) return { refused: `${path} ${TOO_LARGE}` }
  return { bytes: Buffer.from(buffer.subarray(0, bytesRead)), submittedAt: stats.mtime.toISOString() }
}
