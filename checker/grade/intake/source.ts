import type { Exercise } from '../../course/course.ts'
import { placesIn } from '../../course/submission.ts'

/** What somebody handed in, wherever it lies: read file by file, never as a whole. */
export interface Source {
  /** Names of the folders at its top. */
  folders(): Promise<string[]>
  /** One file, by its path with slashes. */
  read(path: string): Promise<Handed>
  close(): Promise<void>
}

/**
 * A file that was handed in; or there is none; or there is one that is not taken, and why; or nobody knows, since the whole submission could not be
 * fetched or read.
 */
export type Handed =
  | { bytes: Buffer; submittedAt?: string }
  | { missing: true }
  | { refused: string }
  | { unreadable: string }

/** The largest file that is taken from a submission. */
export const MAX_BYTES = 256 * 1024
export const TOO_LARGE = `is larger than ${MAX_BYTES / 1024} KiB`
export const IS_LINK = 'is a link, and links are not followed'

/** The file of an exercise. */
export async function readExercise(source: Source, exercise: Exercise): Promise<Handed> {
  for (const place of placesIn(await source.folders(), exercise)) {
    const handed = await source.read(place)
    if (!('missing' in handed)) return handed
  }
  return { missing: true }
}
