import { sha256 } from '../store/address.ts'

const MAX_CHARACTERS = 40
const HASH_CHARACTERS = 12
/** What a name with a hash looks like: a learner whose id looks like that gets a hash, too. */
const LIKE_HASHED = new RegExp(`-[0-9a-f]{${HASH_CHARACTERS}}$`)
/** Names that Windows keeps for devices, whatever their ending. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)$/i

/**
 * A file name for each learner, without an ending. It is the id if that is safe on every file
 * system; otherwise what is left of the id, followed by a hash of it, so that no two are the same,
 * even if case is ignored.
 */
export function fileNamesOf(ids: readonly string[]): Map<string, string> {
  const folded = new Map<string, number>()
  for (const id of ids) folded.set(fold(tame(id)), (folded.get(fold(tame(id))) ?? 0) + 1)
  return new Map(
    ids.map((id) => {
      const name = tame(id)
      const plain = name === id && folded.get(fold(name)) === 1 && !LIKE_HASHED.test(id) && !DEVICE.test(id)
      return [id, plain ? id : `${name}-${sha256(id).slice(0, HASH_CHARACTERS)}`]
    }),
  )
}

/** Letters, digits and a few signs of an id; the result starts with neither a dot nor a dash. */
function tame(id: string): string {
  const safe = id
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N}._@+-]+/gu, '_')
    .replace(/^[^\p{L}\p{N}]+/u, '_')
    .replace(/\.+$/, '_')
  return [...safe].slice(0, MAX_CHARACTERS).join('') || '_'
}

/**
 * The same text for names that a file system may treat as one: it may ignore case, and how an
 * accent is encoded.
 */
function fold(name: string): string {
  return name.normalize('NFKD').toUpperCase().toLowerCase()
}
