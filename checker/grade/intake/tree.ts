import type { SourceEntry } from './source.ts'

/** No submission is this deep; names with many slashes would take quadratic time. */
const MAX_DEPTH = 16

/** The list of an archive or a repository as folders, with what is known about each file. */
export class Tree<T> {
  readonly #folders = new Map<string, Map<string, SourceEntry>>()
  readonly #files = new Map<string, T[]>()

  addFolder(path: string): void {
    this.#place(path, true)
  }

  /** A path may occur more than once, as in archives. */
  addFile(path: string, file: T): void {
    if (!this.#place(path, false)) return
    const same = this.#files.get(path)
    if (same) same.push(file)
    else this.#files.set(path, [file])
  }

  entries(folder: string): SourceEntry[] {
    return [...(this.#folders.get(folder)?.values() ?? [])]
  }

  files(path: string): readonly T[] {
    return this.#files.get(path) ?? []
  }

  /** Puts the path's parts into their folders; false if there are too many. */
  #place(path: string, isFolder: boolean): boolean {
    const parts = path.split('/', MAX_DEPTH + 1)
    if (parts.length > MAX_DEPTH) return false
    let folder = ''
    for (const [i, name] of parts.entries()) {
      const entries = this.#folders.get(folder) ?? new Map<string, SourceEntry>()
      this.#folders.set(folder, entries)
      const known = entries.get(name)
      const inside = i < parts.length - 1 || isFolder
      if (!known?.isFolder) entries.set(name, { name, isFolder: inside })
      folder = folder === '' ? name : `${folder}/${name}`
    }
    return true
  }
}
