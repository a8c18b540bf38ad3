import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { createTarDecoder, type TarHeader } from 'modern-tar'
import { BadArchive } from './bad-archive.ts'
import { type Handed, IS_LINK, MAX_BYTES, type Source, type SourceEntry, TOO_LARGE } from './source.ts'
import { Tree } from './tree.ts'

const MIB = 1024 * 1024
const MAX_ENTRIES = 100_000
/** The most that is unpacked: all of a tar must be read to know what is in it. */
const MAX_UNPACKED = 1024 * MIB
/** The most that is kept of it: code, of which a course has a few megabytes. */
const MAX_KEPT = 64 * MIB
const CODE = /\.(?:[cm]?[jt]s|json)$/
const NOT_THEIRS = /(?:^|\/)(?:node_modules|\.[^/]*|solutions|checker)\//

interface TarFile {
  /** Why it is not accepted. */
  problem?: string
  bytes: Buffer
}

/** A tar archive, possibly compressed. Only code is unpacked, into memory. */
export class TarSource implements Source {
  readonly #tree: Tree<TarFile>
  readonly #submittedAt: string

  private constructor(tree: Tree<TarFile>, submittedAt: string) {
    this.#tree = tree
    this.#submittedAt = submittedAt
  }

  /**
   * Reads the whole archive; throws if it is damaged, too large, or names files outside of itself.
   */
  static async open(path: string): Promise<TarSource> {
    const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW)
    try {
      const submittedAt = (await handle.stat()).mtime.toISOString()
      const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0)
      const file = handle.createReadStream({ start: 0, autoClose: false })
      const isGzip = buffer[0] === 0x1f && buffer[1] === 0x8b
      const bytes = isGzip ? Readable.from(counted(file.pipe(createGunzip()))) : Readable.from(counted(file))
      return new TarSource(await readTar(bytes), submittedAt)
    } finally {
      await handle.close()
    }
  }

  async entries(folder: string): Promise<SourceEntry[]> {
    return this.#tree.entries(folder)
  }

  async read(path: string): Promise<Handed> {
    const [file, ...others] = this.#tree.files(path)
    if (!file) return { missing: true }
    const problem = others.length > 0 ? 'is in it more than once' : file.problem
    if (problem !== undefined) return { refused: `${path} ${problem}` }
    return { bytes: file.bytes, submittedAt: this.#submittedAt }
  }

  async close(): Promise<void> {}
}

/** The same bytes, up to the most that is unpacked. */
async function* counted(stream: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  let length = 0
  for await (const chunk of stream) {
    length += chunk.length
    if (length > MAX_UNPACKED) throw new BadArchive(`unpacks to more than ${MAX_UNPACKED / MIB} MiB`)
    yield chunk
  }
}

async function readTar(bytes: Readable): Promise<Tree<TarFile>> {
  const tree = new Tree<TarFile>()
  let count = 0
  let kept = 0
  const decoder = createTarDecoder({ strict: true })
  const web = Readable.toWeb(bytes) as ReadableStream<Uint8Array>
  for await (const { header, body } of each(web.pipeThrough(decoder))) {
    count += 1
    if (count > MAX_ENTRIES) throw new BadArchive(`lists more than ${MAX_ENTRIES} files`)
    const path = pathOf(header.name)
    const problem = problemOf(header)
    const isKept = problem === undefined && CODE.test(path) && !NOT_THEIRS.test(path)
    const chunks: Uint8Array[] = []
    for await (const chunk of each(body)) if (isKept) chunks.push(chunk)
    if (header.type === 'directory') tree.addFolder(path)
    else if (path !== '') tree.addFile(path, { bytes: Buffer.concat(chunks), ...(problem && { problem }) })
    kept += isKept ? header.size : 0
    if (kept > MAX_KEPT) throw new BadArchive(`holds more than ${MAX_KEPT / MIB} MiB of code`)
  }
  if (count === 0) throw new BadArchive('is empty, or not a tar archive')
  return tree
}

/** The normalised path of an entry such as `./a//b/`. */
function pathOf(name: string): string {
  const parts = name.slice(0, 4096).split('/')
  if (parts[0] === '' || parts.includes('..')) throw new BadArchive('names files outside of itself')
  return parts.filter((part) => part !== '' && part !== '.').join('/')
}

function problemOf({ type, size }: TarHeader): string | undefined {
  if (type === 'symlink' || type === 'link') return IS_LINK
  if (type !== undefined && type !== 'file') return 'is not a regular file'
  return size > MAX_BYTES ? TOO_LARGE : undefined
}

/** Browser types do not declare it, but such a stream can be iterated. */
function each<T>(stream: ReadableStream<T>): AsyncIterable<T> {
  return stream as unknown as AsyncIterable<T>
}
