import { mkdirSync } from 'node:fs'
import { execa } from 'execa'
import { confined } from './confined.ts'
import { credentialsOf } from './credentials.ts'
import { localPath, problemOfRepository } from './local-repository.ts'
import { type Handed, IS_LINK, MAX_BYTES, type Source, type SourceEntry, TOO_LARGE } from './source.ts'
import { Tree } from './tree.ts'

const CLONE_MS = 120_000
const LOOK_MS = 20_000
/**
 * Only the newest commit, and only those of its files that could be taken, if the server can leave
 * files out.
 */
const SHALLOW = [
  '--bare',
  '--depth',
  '1',
  '--single-branch',
  '--no-tags',
  `--filter=blob:limit=${MAX_BYTES + 1}`,
]
/**
 * All earlier commits, without their files if the server can leave these out: they show which one
 * last touched a file.
 */
const HISTORY = ['--quiet', '--no-tags', `--depth=${2 ** 31 - 1}`, '--filter=blob:none']
/** Nothing of the repository runs: no hooks, no checkout, no submodules, no templates. */
const INERT = ['core.hooksPath=/dev/null', 'core.fsmonitor=false', 'submodule.recurse=false'].flatMap(
  toOption,
)
/**
 * What packs a repository on this machine, in place of its own settings: nothing that takes long.
 * The repository may be another user's.
 */
const UPLOAD_PACK = [
  'git',
  ...['pack.window=0', 'pack.threads=1', 'pack.windowMemory=32m', 'pack.deltaCacheSize=1m'].flatMap(toOption),
  ...['core.bigFileThreshold=1m', 'uploadpack.allowFilter=true', "safe.directory='*'"].flatMap(toOption),
  'upload-pack',
].join(' ')
/** The most that a server may send as one pack. */
const FILE_SIZE = 1024 ** 3
const MEMORY = 512 * 1024 ** 2
const CPU_SECONDS = 60
/** What git may do besides reading the clone. */
interface GitRights {
  /** As in GIT_ALLOW_PROTOCOL. */
  protocols: string
  sees: readonly string[] | 'everything'
  timeout: number
  /** In addition to git's own. */
  env: Readonly<Record<string, string>>
}

const PROTOCOLS = ['file:', 'https:']

/** A git repository, cloned without a work tree: files are read straight from its objects. */
export class GitSource implements Source {
  readonly #folder: string
  readonly #tree: Tree<GitFile>

  private constructor(folder: string, tree: Tree<GitFile>) {
    this.#folder = folder
    this.#tree = tree
  }

  /**
   * Clones its branch (the default one unless another is named) into `folder`, which the caller
   * removes; throws with a sentence if that fails.
   */
  static async clone(url: string, folder: string, branch?: string): Promise<GitSource> {
    const { protocol } = URL.canParse(url) ? new URL(url) : { protocol: '' }
    if (!PROTOCOLS.includes(protocol)) throw new Error('its URL is neither https:// nor file://')
    mkdirSync(folder, { recursive: true })
    const local = protocol === 'file:' ? localPath(url) : undefined
    const problem = local === undefined ? undefined : problemOfRepository(local)
    if (problem !== undefined) throw new Error(problem)
    const { url: bare, env, scrub } = credentialsOf(url)
    const wanted = branch === undefined ? [] : [`--branch=${branch}`]
    const pack = `--upload-pack=${UPLOAD_PACK}`
    const rights: GitRights = {
      protocols: 'file:https',
      sees: local === undefined ? 'everything' : [local],
      timeout: CLONE_MS,
      env,
    }
    try {
      await git(
        folder,
        ['clone', '--quiet', ...SHALLOW, '--template=', pack, ...wanted, '--', bare, folder],
        rights,
      )
      await git(folder, ['fetch', ...HISTORY, pack, 'origin', branch ?? 'HEAD'], rights)
    } catch (error) {
      throw new Error(scrub((error as Error).message))
    }
    return new GitSource(folder, await listTree(folder))
  }

  async entries(folder: string): Promise<SourceEntry[]> {
    return this.#tree.entries(folder)
  }

  async read(path: string): Promise<Handed> {
    const [file] = this.#tree.files(path)
    if (!file) return { missing: true }
    if (file.mode === '120000') return { refused: `${path} ${IS_LINK}` }
    if (file.type !== 'blob') return { refused: `${path} is not a regular file` }
    const bytes = await this.#blob(file.id)
    if (bytes === undefined || bytes.length > MAX_BYTES) return { refused: `${path} ${TOO_LARGE}` }
    return { bytes, submittedAt: await this.#touchedAt(path) }
  }

  async close(): Promise<void> {}

  async #blob(id: string): Promise<Buffer | undefined> {
    try {
      return await git(this.#folder, ['cat-file', 'blob', id])
    } catch {
      // In a commit that is there, only a blob can be missing: one that was too large to be sent.
      return undefined
    }
  }

  /**
   * When the last commit that touched a file was made: later commits to other files do not count.
   */
  async #touchedAt(path: string): Promise<string> {
    const time = await git(this.#folder, ['log', '-1', '--format=%cI', 'HEAD', '--', `:(literal)${path}`])
    const at = Date.parse(time.toString().trim())
    return new Date(Number.isNaN(at) ? 0 : at).toISOString()
  }
}

interface GitFile {
  mode: string
  type: string
  id: string
}

async function listTree(folder: string): Promise<Tree<GitFile>> {
  const tree = new Tree<GitFile>()
  const text = await git(folder, ['ls-tree', '-r', '-z', 'HEAD'])
  for (const line of text.toString().split('\0')) {
    const [, mode, type, id, path] = /^(\d+) (\w+) ([0-9a-f]+)\t(.*)$/s.exec(line) ?? []
    if (mode && type && id && path) tree.addFile(path, { mode, type, id })
  }
  return tree
}

/**
 * Runs git in a sandbox if there is one, without a prompt, fetching only by these protocols, and
 * with this folder as its repository.
 */
async function git(
  folder: string,
  args: readonly string[],
  { protocols = 'none', sees = [], timeout = LOOK_MS, env = {} }: Partial<GitRights> = {},
): Promise<Buffer> {
  const repository = args[0] === 'clone' ? [] : [`--git-dir=${folder}`]
  const [command, ...rest] = confined(['git', ...INERT, ...repository, ...args], {
    sees,
    writes: folder,
    memory: MEMORY,
    fileSize: FILE_SIZE,
    cpu: CPU_SECONDS,
  })
  const result = await execa(command, rest, {
    env: {
      GIT_TERMINAL_PROMPT: '0',
      GIT_ALLOW_PROTOCOL: protocols,
      GIT_NO_LAZY_FETCH: '1',
      GIT_DIR: undefined,
      GIT_ASKPASS: undefined,
      SSH_ASKPASS: undefined,
      LC_ALL: 'C',
      ...env,
    },
    encoding: 'buffer',
    stdin: 'ignore',
    timeout,
    maxBuffer: MAX_BYTES * 128,
    reject: false,
  })
  if (!result.failed) return Buffer.from(result.stdout)
  const lines = Buffer.from(result.stderr).toString().trim().split('\n')
  // What follows the first of these lines is advice or a consequence.
  const said = lines.find((line) => line.startsWith('fatal:')) ?? lines.at(-1)
  throw new Error(result.timedOut ? `git took more than ${timeout / 1000} s` : said || result.shortMessage)
}

function toOption(setting: string): string[] {
  return ['-c', setting]
}
