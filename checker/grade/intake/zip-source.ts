import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import yauzl, { type Entry, type ZipFile } from 'yauzl'
import { BadArchive } from './bad-archive.ts'
import { type Handed, IS_LINK, MAX_BYTES, type Source, type SourceEntry, TOO_LARGE } from './source.ts'
import { Tree } from './tree.ts'

/** A list of more files, or longer names, is not read to its end. */
const MAX_ENTRIES = 100_000
const MAX_LIST = 16 * 1024 * 1024
const MAX_IN_MEMORY = 64 * 1024 * 1024
const ENCRYPTED = 0x1
/** File types as Unix keeps them in the upper half of an entry's attributes. */
const TYPE_MASK = 0o170000
const LINK = 0o120000
const REGULAR = 0o100000

/** A zip archive. Only the files that are asked for are ever unpacked, into memory. */
export class ZipSource implements Source {
  readonly #handle: FileHandle
  readonly #zip: ZipFile
  readonly #tree: Tree<Entry>
  readonly #submittedAt: string

  private constructor(handle: FileHandle, zip: ZipFile, tree: Tree<Entry>, submittedAt: string) {
    this.#handle = handle
    this.#zip = zip
    this.#tree = tree
    this.#submittedAt = submittedAt
  }

  /** Reads the archive's list; throws if it is damaged, or names files outside of itself. */
  static async open(path: string): Promise<ZipSource> {
    const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW)
    try {
      const options = { lazyEntries: true, autoClose: false }
      // Two disk reads per file would take ten times as long.
      const zip =
        (await handle.stat()).size <= MAX_IN_MEMORY
          ? await yauzl.fromBufferPromise(await handle.readFile(), options)
          : await yauzl.fromFdPromise(handle.fd, options)
      if (zip.entryCount > MAX_ENTRIES) throw new BadArchive(`lists ${zip.entryCount} files`)
      const tree = new Tree<Entry>()
      let length = 0
      for await (const entry of zip.eachEntry()) {
        length += entry.fileName.length
        if (length > MAX_LIST) throw new BadArchive('has too long a list of files')
        const path = entry.fileName.replace(/\/$/, '')
        if (path === entry.fileName) tree.addFile(path, entry)
        else tree.addFolder(path)
      }
      return new ZipSource(handle, zip, tree, (await handle.stat()).mtime.toISOString())
    } catch (error) {
      await handle.close()
      throw error
    }
  }

  async entries(folder: string): Promise<SourceEntry[]> {
    return this.#tree.entries(folder)
  }

  async read(path: string): Promise<Handed> {
    const [entry, ...others] = this.#tree.files(path)
    if (!entry) return { missing: true }
    const problem = others.length > 0 ? 'is in it more than once' : problemOf(entry)
    if (problem !== undefined) return { refused: `${path} ${problem}` }
    try {
      return await this.#take(entry, path)
    } catch (error) {
      return { refused: `${path} cannot be unpacked: ${(error as Error).message}` }
    }
  }

  async close(): Promise<void> {
    await this.#handle.close()
  }

  /**
   * The size that the archive claims for an entry is not trusted: unpacking stops when there is too
   * much.
   */
  async #take(entry: Entry, path: string): Promise<Handed> {
    const stream: Readable = await this.#zip.openReadStreamPromise(entry)
    const chunks: Buffer[] = []
    let length = 0
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      length += chunk.length
      if (length > MAX_BYTES) return { refused: `${path} ${TOO_LARGE}` }
      chunks.push(chunk)
    }
    return { bytes: Buffer.concat(chunks), submittedAt: this.#submittedAt }
  }
}

function problemOf(entry: Entry): string | undefined {
  const type = (entry.externalFileAttributes >>> 16) & TYPE_MASK
  if (type === LINK) return IS_LINK
  if (type !== 0 && type !== REGULAR) return 'is not a regular file'
  if (entry.generalPurposeBitFlag & ENCRYPTED) return 'is encrypted'
  return entry.uncompressedSize > MAX_BYTES ? TOO_LARGE : undefined
}
