/** A submission, wherever it is stored: read file by file, never as a whole. */
export interface Source {
  /**
   * The contents of one of its folders, by the folder's path with slashes, '' for the top; empty if
   * there is no such folder.
   */
  entries(folder: string): Promise<SourceEntry[]>
  /** One file, by its path with slashes. */
  read(path: string): Promise<Handed>
  close(): Promise<void>
}

export interface SourceEntry {
  name: string
  /** False for a link to a folder. */
  isFolder: boolean
}

/** The file of an exercise, as it was handed in. */
export interface HandedFile {
  bytes: Buffer
  submittedAt?: string
  /** The modules beside it that it imports, by their paths from its folder. */
  beside?: Readonly<Record<string, Buffer>>
  /** Where it was found, if its place or name differed from the exercise's. */
  path?: string
}

/**
 * A file that was handed in; or none was; or one was refused, with the reason; or it is unknown,
 * because the whole submission could not be fetched or read.
 */
export type Handed = HandedFile | { missing: true } | { refused: string } | { unreadable: string }

/** The largest file accepted from a submission. */
export const MAX_BYTES = 256 * 1024
export const TOO_LARGE = `is larger than ${MAX_BYTES / 1024} KiB`
export const IS_LINK = 'is a link, and links are not followed'
