import { execa } from 'execa'
import { isInstalled } from '../../files/installed.ts'
import { type Handed, IS_LINK, MAX_BYTES, type Source, TOO_LARGE } from './source.ts'

const CLONE_MS = 120_000
const LOOK_MS = 20_000
/** Only the newest commit, and of its files only those that could be taken, where the server can leave files out. */
const SHALLOW = [
  '--bare',
  '--depth',
  '1',
  '--single-branch',
  '--no-tags',
  `--filter=blob:limit=${MAX_BYTES + 1}`,
]
/** Nothing of the repository runs: no hooks, no checkout, no submodules, no templates. */
const INERT = [
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'core.fsmonitor=false',
  '-c',
  'submodule.recurse=false',
]
/** What a server may send as one pack. */
const FILE_LIMIT = ['prlimit', `--fsize=${1024 ** 3}`] as const
const PROTOCOLS = ['file:', 'https:']

/** A git repository, cloned without a work tree: files are read out of its objects. */
export class GitSource implements Source {
  readonly #folder: string
  readonly #submittedAt: string

  private constructor(folder: string, submittedAt: string) {
    this.#folder = folder
    this.#submittedAt = submittedAt
  }

  /** Clones into `folder`, which the caller removes; throws with a sentence where that cannot be done. */
  static async clone(url: string, folder: string): Promise<GitSource> {
    const protocol = URL.canParse(url) ? new URL(url).protocol : ''
    if (!PROTOCOLS.includes(protocol)) throw new Error('its URL is neither https:// nor file://')
    await git(['clone', '--quiet', ...SHALLOW, '--template=', '--', url, folder], 'file:https', CLONE_MS)
    const time = await git([`--git-dir=${folder}`, 'show', '--no-patch', '--format=%cI', 'HEAD'])
    const at = Date.parse(time.toString().trim())
    return new GitSource(folder, new Date(Number.isNaN(at) ? 0 : at).toISOString())
  }

  async folders(): Promise<string[]> {
    const tops = await this.#list([])
    return tops.filter(({ type }) => type === 'tree').map(({ path }) => path)
  }

  async read(path: string): Promise<Handed> {
    try {
      const [entry] = await this.#list(['--', path])
      if (!entry) return { missing: true }
      if (entry.mode === '120000') return { refused: `${path} ${IS_LINK}` }
      if (entry.type !== 'blob') return { refused: `${path} is not a regular file` }
      const bytes = await git([`--git-dir=${this.#folder}`, 'cat-file', 'blob', entry.id])
      return bytes.length > MAX_BYTES
        ? { refused: `${path} ${TOO_LARGE}` }
        : { bytes, submittedAt: this.#submittedAt }
    } catch {
      // Of a commit that is there, only a blob can be missing: the one that was too large to be sent.
      return { refused: `${path} ${TOO_LARGE}` }
    }
  }

  async close(): Promise<void> {}

  async #list(paths: readonly string[]): Promise<{ mode: string; type: string; id: string; path: string }[]> {
    const text = await git([
      `--git-dir=${this.#folder}`,
      '--literal-pathspecs',
      'ls-tree',
      '-z',
      'HEAD',
      ...paths,
    ])
    return text
      .toString()
      .split('\0')
      .flatMap((line) => {
        const [, mode, type, id, path] = /^(\d+) (\w+) ([0-9a-f]+)\t(.*)$/s.exec(line) ?? []
        return mode && type && id && path ? [{ mode, type, id, path }] : []
      })
  }
}

/** Runs git with no prompt, and with no protocol to fetch by but these. */
async function git(args: readonly string[], protocols = 'none', timeout = LOOK_MS): Promise<Buffer> {
  const [command, ...rest] = [...(isInstalled('prlimit') ? FILE_LIMIT : []), 'git', ...INERT, ...args]
  const result = await execa(command, rest, {
    env: {
      GIT_TERMINAL_PROMPT: '0',
      GIT_ALLOW_PROTOCOL: protocols,
      GIT_NO_LAZY_FETCH: '1',
      GIT_DIR: undefined,
      GIT_ASKPASS: undefined,
      SSH_ASKPASS: undefined,
      LC_ALL: 'C',
    },
    encoding: 'buffer',
    stdin: 'ignore',
    timeout,
    maxBuffer: MAX_BYTES * 16,
    reject: false,
  })
  if (!result.failed) return Buffer.from(result.stdout)
  const lines = Buffer.from(result.stderr).toString().trim().split('\n')
  // What follows the first of them is advice, or what came of it.
  const said = lines.find((line) => line.startsWith('fatal:')) ?? lines.at(-1)
  throw new Error(result.timedOut ? `git took more than ${timeout / 1000} s` : said || result.shortMessage)
}
