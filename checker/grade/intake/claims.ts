import type { Dirent } from 'node:fs'
import { join } from 'node:path'
import type { Unplaced } from '../store/record.ts'
import { type SubmissionPart, stemOfArchive, stemOfUnreadArchive } from './parts.ts'
import { IS_LINK } from './source.ts'

/** What the cohort's folder holds for one learner, going by names. */
export interface Claim {
  /** The id in its name: the name of a folder, or that of an archive without its ending. */
  id: string
  /** Other names that the platform uses for this learner. */
  also: string[]
  /** The name as people write it, if the platform keeps it. */
  name?: string
  /** Names in the cohort's folder. */
  entries: string[]
  parts: SubmissionPart[]
  /** Why it cannot be read. */
  problem?: string
}

/** What the name of a learning platform's download says. */
interface Download {
  who: string
  number: string
  name?: string
  /** What the learner called it. */
  file: string
}

/**
 * `ngann_12345_67890_server-1.ts`, `ngann_LATE_12345_67890_work.zip`: user, then submission; a
 * number for a file that was handed in again.
 */
const CANVAS = /^(?<who>[^_]+)_(?:LATE_)?(?<number>\d{1,18})_\d{1,18}_(?<file>.+)$/
/** `Ann Ng_12345_assignsubmission_file_`, as a folder or in front of the file's name. */
const MOODLE = /^(?<who>.+)_(?<number>\d{1,18})_assignsubmission_file(?:_(?<file>.*))?$/s
const MOODLE_TEXT = /_\d{1,18}_(?:assignsubmission_)?onlinetext(?:_|$)/
const CODE = /\.[cm]?[jt]s$/i

/** Sorts the contents of a cohort's folder by learner. */
export function claimsIn(
  folder: string,
  entries: readonly Dirent[],
): { claims: Claim[]; ignored: Unplaced[] } {
  const ignored: Unplaced[] = []
  const claims: Claim[] = []
  const downloads = new Map<string, Claim>()
  for (const entry of [...entries].sort((a, b) => a.name.localeCompare(b.name))) {
    const { name } = entry
    const reason = entry.isSymbolicLink()
      ? IS_LINK
      : name.includes('\uFFFD')
        ? 'has a name that is not UTF-8'
        : undefined
    const path = join(folder, name)
    if (reason !== undefined) ignored.push({ name, reason })
    else if (MOODLE_TEXT.test(name)) ignored.push({ name, reason: 'is text that was typed into Moodle' })
    else if (entry.isDirectory()) claims.push(ofFolder(name, path, downloads))
    else if (!entry.isFile()) ignored.push({ name, reason: NOTHING })
    else {
      const claim = ofFile(name, path, downloads)
      if (claim === undefined) ignored.push({ name, reason: NOTHING })
      else if (!claims.includes(claim)) claims.push(claim)
    }
  }
  for (const claim of claims) arrange(claim)
  return { claims, ignored }
}

const NOTHING = 'is neither a folder nor a zip or tar.gz'

function ofFolder(name: string, path: string, downloads: Map<string, Claim>): Claim {
  const part: SubmissionPart = { kind: 'folder', path, at: '' }
  const download = downloadOf(name, MOODLE)
  if (download) return addTo(downloads, download, name, part)
  // Unpackers and browsers sometimes keep the ending: it is not part of the id.
  return { id: stemOfArchive(name) ?? name, also: [], entries: [name], parts: [part] }
}

function ofFile(name: string, path: string, downloads: Map<string, Claim>): Claim | undefined {
  const download = downloadOf(name, MOODLE) ?? downloadOf(name, CANVAS)
  if (download) {
    const { file } = download
    const stem = stemOfArchive(file)
    if (stem !== undefined) return addTo(downloads, download, name, { kind: 'archive', path, at: stem })
    const own = file.replace(/-\d{1,3}(?=\.[^.]+$)/, '')
    return CODE.test(own) ? addTo(downloads, download, name, { kind: 'file', path, at: own }) : undefined
  }
  const id = stemOfArchive(name)
  if (id !== undefined) return { id, also: [], entries: [name], parts: [{ kind: 'archive', path, at: '' }] }
  const unread = stemOfUnreadArchive(name)
  if (unread === undefined) return undefined
  const problem = `${name} is an archive of another kind than zip and tar.gz`
  return { id: unread, also: [], entries: [name], parts: [], problem }
}

function downloadOf(name: string, form: RegExp): Download | undefined {
  const { who, number, file = '' } = form.exec(name)?.groups ?? {}
  if (who === undefined || number === undefined) return undefined
  return { who, number, file, ...(form === MOODLE && { name: who }) }
}

/** Everything that one learner handed in arrives as several files. */
function addTo(
  downloads: Map<string, Claim>,
  { who, number, name }: Download,
  entry: string,
  part: SubmissionPart,
): Claim {
  const id = `${who}_${number}`
  const claim = downloads.get(id) ?? {
    id,
    also: [number, who],
    entries: [],
    parts: [],
    ...(name && { name }),
  }
  downloads.set(id, claim)
  claim.entries.push(entry)
  claim.parts.push(part)
  return claim
}

/**
 * A single archive is the whole submission; if there are several, each becomes a folder of its
 * name. Of two files with the same name, the learner has to keep one.
 */
function arrange(claim: Claim): void {
  const { parts } = claim
  const [only, ...others] = parts
  if (only?.kind === 'archive' && others.length === 0) only.at = ''
  const files = parts.flatMap(({ kind, at }, i) => (kind === 'file' ? [{ at, entry: claim.entries[i] }] : []))
  for (const [i, { at, entry }] of files.entries()) {
    const same = files.slice(0, i).find((each) => each.at === at)
    if (same) claim.problem ??= `${same.entry} and ${entry} are both ${at}: keep one`
  }
}
