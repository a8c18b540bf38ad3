import { basename, dirname } from 'node:path'
import { BadArchive } from './bad-archive.ts'
import { FolderSource } from './folder-source.ts'
import type { Handed, Source, SourceEntry } from './source.ts'
import { TarSource } from './tar-source.ts'
import { ZipSource } from './zip-source.ts'

/** A part of a submission. */
export interface SubmissionPart {
  kind: 'folder' | 'archive' | 'file'
  /** Where it is on this machine. */
  path: string
  /** The folder of the submission that it becomes, '' for all of it; for a file, its name. */
  at: string
}

const ARCHIVE = /\.(?:zip|tar|tar\.gz|tgz)$/i
/** Archives that we cannot read. */
const UNREAD = /\.(?:rar|7z|tar\.(?:bz2|xz|zst)|tbz2?|txz|gz|bz2|xz)$/i

/** The name without the ending of an archive that is read; undefined for another name. */
export function stemOfArchive(name: string): string | undefined {
  return ARCHIVE.test(name) ? name.replace(ARCHIVE, '') : undefined
}

/** The name without the ending of an archive that cannot be read; undefined for another name. */
export function stemOfUnreadArchive(name: string): string | undefined {
  return UNREAD.test(name) && !ARCHIVE.test(name) ? name.replace(UNREAD, '') : undefined
}

/**
 * Opens what the parts make up together; throws with a sentence if one of them cannot be opened.
 */
export async function openParts(parts: readonly SubmissionPart[]): Promise<Source> {
  const mounts: Mount[] = []
  const source = new MountedSource(mounts)
  try {
    for (const part of parts) mounts.push(await openPart(part))
    return source
  } catch (error) {
    await source.close()
    throw error
  }
}

interface Mount {
  at: string
  source: Source
  /** The one file of the source that counts, instead of all of them. */
  only?: string
}

async function openPart({ kind, path, at }: SubmissionPart): Promise<Mount> {
  if (kind === 'folder') return { at, source: new FolderSource(path) }
  if (kind === 'file') return { at, source: new FolderSource(dirname(path)), only: basename(path) }
  return { at, source: await openArchive(path) }
}

async function openArchive(path: string): Promise<Source> {
  const isZip = /\.zip$/i.test(path)
  try {
    return isZip ? await ZipSource.open(path) : await TarSource.open(path)
  } catch (error) {
    if (error instanceof BadArchive) throw new Error(`${basename(path)} ${error.message}`)
    if (error instanceof Error && 'syscall' in error) throw error
    // The readers describe what is wrong with the bytes in words of their own.
    throw new Error(`${basename(path)} is damaged, or not a ${isZip ? 'zip' : 'tar'} archive`)
  }
}

/** Several sources as one. If two have the same file, the first one's counts. */
class MountedSource implements Source {
  readonly #mounts: readonly Mount[]

  constructor(mounts: readonly Mount[]) {
    this.#mounts = mounts
  }

  async entries(folder: string): Promise<SourceEntry[]> {
    const entries = new Map<string, SourceEntry>()
    for (const { at, source, only } of this.#mounts) {
      const inside = pathInside(at, folder)
      const own =
        only !== undefined || (folder === '' && at !== '')
          ? folder === ''
            ? [{ name: at, isFolder: only === undefined }]
            : []
          : inside === undefined
            ? []
            : await source.entries(inside)
      for (const entry of own) if (!entries.get(entry.name)?.isFolder) entries.set(entry.name, entry)
    }
    return [...entries.values()]
  }

  async read(path: string): Promise<Handed> {
    for (const { at, source, only } of this.#mounts) {
      const inside = only === undefined ? pathInside(at, path) : path === at ? only : undefined
      const handed = inside === undefined ? undefined : await source.read(inside)
      if (handed && !('missing' in handed)) return handed
    }
    return { missing: true }
  }

  async close(): Promise<void> {
    for (const { source } of this.#mounts) await source.close()
  }
}

/** A path of the submission as seen from the mount at `at`. */
function pathInside(at: string, path: string): string | undefined {
  if (at === '' || path === at) return at === '' ? path : ''
  return path.startsWith(`${at}/`) ? path.slice(at.length + 1) : undefined
}
