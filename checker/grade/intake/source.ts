import type { Exercise } from '../../course/course.ts'

/** What somebody handed in, wherever it lies: read file by file, never as a whole. */
export interface Source {
  /** Names of the folders at its top, but for those that archivers and systems add. */
  folders(): Promise<string[]>
  /** One file, by its path with slashes. */
  read(path: string): Promise<Handed>
  close(): Promise<void>
}

/** A file that was handed in; or there is none; or there is one that is not taken, and why. */
export type Handed = { bytes: Buffer; submittedAt?: string } | { missing: true } | { refused: string }

/** The largest file that is taken from a submission. */
export const MAX_BYTES = 256 * 1024
export const TOO_LARGE = `is larger than ${MAX_BYTES / 1024} KiB`
export const IS_LINK = 'is a link, and links are not followed'

/**
 * The file of an exercise: in `NN-name/`, in `exercises/NN-name/`, or in one of these below the only folder at the top, as archives
 * have it. The first that is there counts, also where it cannot be taken.
 */
export async function readExercise(source: Source, { name, file }: Exercise): Promise<Handed> {
  const folders = await source.folders()
  const [only] = folders
  const roots = folders.length === 1 && only !== undefined ? ['', `${only}/`] : ['']
  for (const root of roots.flatMap((each) => [each, `${each}exercises/`])) {
    const handed = await source.read(`${root}${name}/${file}`)
    if (!('missing' in handed)) return handed
  }
  return { missing: true }
}

/** True for a folder that somebody's system made, and not they. */
export function isClutter(name: string): boolean {
  return name.startsWith('.') || name === '__MACOSX' || name === 'node_modules'
}
