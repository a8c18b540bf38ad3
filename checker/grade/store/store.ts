import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from '../../files/make-folder.ts'
import { sha256 } from './address.ts'
import { type GradeRecord, RECORD_VERSION } from './record.ts'

/**
 * The ending of a result that the gradebook still shows although a newer one has taken its place.
 */
const SHOWN = '.shown'
const ABANDONED_MS = 60 * 60_000

/** What a record takes from its attempt rather than from the result. */
type OfAttempt = 'submittedAt' | 'path' | 'file' | 'beside'

/** A result as it is stored: about a file, and not about the learner who handed it in. */
export type Result = Omit<GradeRecord, 'learner' | OfAttempt>

/**
 * What was found out, below the gradebook's folder: `records/` by content address, and `files/`,
 * the files that were graded. The first to write a result wins, so any number of processes may
 * write, and may be killed while they do.
 */
export class Store {
  readonly #folder: string

  readonly #dry: boolean

  /** With `dry` it reads what is there, and writes nothing. */
  constructor(folder: string, dry = false) {
    this.#folder = folder
    this.#dry = dry
    if (dry) return
    for (const name of ['records', 'files']) {
      makeFolder(join(folder, name))
      // Reported now, and not after an hour of grading.
      accessSync(join(folder, name), constants.W_OK)
      removeAsides(join(folder, name))
    }
  }

  /** The result at an address; undefined if there is none that can be read. */
  result(hash: string): Result | undefined {
    return read(this.#recordPath(hash), hash)
  }

  /**
   * The result that the gradebook shows: the previous one, if `again` made another that has not
   * been accepted yet.
   */
  shown(hash: string): Result | undefined {
    return read(this.#shownPath(hash), hash) ?? this.result(hash)
  }

  /** Drops results that the gradebook used to show, once it shows those that replaced them. */
  forgetShown(): void {
    const folder = join(this.#folder, 'records')
    for (const name of readdirSync(folder).filter((each) => each.endsWith(SHOWN)))
      rmSync(join(folder, name), { force: true })
  }

  /**
   * Stores a result. An existing one stays, unless it cannot be read or `again` asks for a new one.
   */
  keep(record: GradeRecord, again = false): void {
    const { learner: _, submittedAt: __, path: ___, file: ____, beside: _____, ...result } = record
    const path = this.#recordPath(result.hash)
    const shown = this.result(result.hash)
    const replace = again || shown === undefined
    if (again && shown !== undefined) write(this.#shownPath(result.hash), JSON.stringify(shown), false)
    write(path, JSON.stringify(result), replace)
  }

  /** Stores a file that was handed in, and returns its name. */
  keepFile(bytes: Uint8Array): string {
    const name = sha256(bytes)
    if (!this.#dry && this.#fileBy(name) === undefined) writeFileSync(this.#filePath(name), bytes)
    return name
  }

  /** A file that was kept. */
  file(name: string): Buffer {
    const bytes = this.#fileBy(name)
    if (!bytes) throw new Error(`${this.#filePath(name)} is gone; run the same command again`)
    return bytes
  }

  /** Undefined if it is not there, or damaged: its name says what must be in it. */
  #fileBy(name: string): Buffer | undefined {
    const path = this.#filePath(name)
    const bytes = existsSync(path) ? readFileSync(path) : undefined
    return bytes && sha256(bytes) === name ? bytes : undefined
  }

  #filePath(name: string): string {
    return join(this.#folder, 'files', name)
  }

  #recordPath(hash: string): string {
    return join(this.#folder, 'records', `${hash}.json`)
  }

  #shownPath(hash: string): string {
    return join(this.#folder, 'records', `${hash}${SHOWN}`)
  }
}

function read(path: string, hash: string): Result | undefined {
  try {
    const result = JSON.parse(readFileSync(path, 'utf8')) as Result
    return result.version === RECORD_VERSION && result.hash === hash ? result : undefined
  } catch {
    return undefined
  }
}

/** Writes a file so that it is there whole or not at all, even after a power cut. */
function write(path: string, text: string, replace: boolean): void {
  const aside = `${path}.${process.pid}.new`
  const fd = openSync(aside, 'w', 0o644)
  try {
    writeFileSync(fd, text)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
  try {
    if (replace) renameSync(aside, path)
    else linkSync(aside, path)
  } catch (error) {
    // Another process was first.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  rmSync(aside, { force: true })
}

/** Removes half-written files of processes that were killed; a living process has none that old. */
function removeAsides(folder: string): void {
  for (const name of readdirSync(folder).filter((each) => each.endsWith('.new'))) {
    const aside = join(folder, name)
    const written = statSync(aside, { throwIfNoEntry: false })?.mtimeMs ?? 0
    if (Date.now() - written > ABANDONED_MS) rmSync(aside, { force: true })
  }
}
