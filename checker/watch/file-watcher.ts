import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import { type FSWatcher, watch } from 'chokidar'

/**
 * Editors save in several steps: they truncate and write, or write aside and rename. Longer than the 50 ms for which chokidar swallows a
 * second change to the same file: what it swallows is there when the file is read.
 */
const SETTLE_MS = 60
const POLL_MS = 100
/** Events are lost while a watch is put on a file that was just replaced. A look costs microseconds. */
const LOOK_MS = 1_000
const GONE = 'gone'

/** Says when a file is saved, however its editor does that. */
export class FileWatcher {
  readonly #file: string
  readonly #onSave: () => void
  readonly #onFallBack: () => void
  readonly #ready: Promise<void>
  #isReady: () => void = () => {}
  #watcher: FSWatcher | undefined
  #looking: NodeJS.Timeout
  #settling: NodeJS.Timeout | undefined
  #polling: boolean
  #seen: string

  /** `onFallBack`: the system does not tell of changes here after all, and they are looked for. */
  constructor(file: string, polling: boolean, onSave: () => void, onFallBack: () => void) {
    this.#file = file
    this.#polling = polling
    this.#onSave = onSave
    this.#onFallBack = onFallBack
    this.#ready = new Promise((resolve) => {
      this.#isReady = resolve
    })
    this.#seen = this.#stamp()
    if (polling) this.#isReady()
    else this.#watcher = this.#open()
    this.#looking = this.#lookEvery(polling ? POLL_MS : LOOK_MS)
  }

  /** Resolves when every save from now on is noticed. */
  ready(): Promise<void> {
    return this.#ready
  }

  async close(): Promise<void> {
    clearTimeout(this.#settling)
    clearInterval(this.#looking)
    await this.#watcher?.close()
  }

  /** The folder is watched, not the file: a file that is renamed over another takes the watch on it away. */
  #open(): FSWatcher {
    const folder = dirname(this.#file)
    const watcher = watch(folder, {
      ignored: (path) => path !== folder && path !== this.#file,
      ignoreInitial: true,
      depth: 0,
    })
    for (const event of ['add', 'change'] as const) watcher.on(event, () => this.#settle())
    watcher.on('ready', this.#isReady)
    watcher.on('error', () => this.#fallBack())
    return watcher
  }

  #lookEvery(ms: number): NodeJS.Timeout {
    return setInterval(() => this.#stamp() !== this.#seen && this.#settle(), ms)
  }

  /** Once what is being written has come to rest. */
  #settle(): void {
    clearTimeout(this.#settling)
    this.#settling = setTimeout(() => this.#look(), SETTLE_MS)
  }

  /** An event is no save yet: the file has been written, or is another one. One that is gone is on its way to be replaced. */
  #look(): void {
    const stamp = this.#stamp()
    if (stamp === GONE || stamp === this.#seen) return
    this.#seen = stamp
    this.#onSave()
  }

  #stamp(): string {
    const stats = statSync(this.#file, { throwIfNoEntry: false })
    return stats ? `${stats.mtimeMs} ${stats.size} ${stats.ino}` : GONE
  }

  /** A machine gives out only so many watches; looking needs none. */
  #fallBack(): void {
    // A look that fails, as while a folder is renamed, is followed by the next one.
    if (this.#polling) return
    this.#polling = true
    void this.#watcher?.close()
    clearInterval(this.#looking)
    this.#looking = this.#lookEvery(POLL_MS)
    this.#isReady()
    this.#onFallBack()
  }
}
