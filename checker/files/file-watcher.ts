import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import { type FSWatcher, watch } from 'chokidar'

/** Editors save in several steps: they truncate and write, or write aside and rename. A file that has not changed for so long is whole. */
const SETTLE_MS = 20
/** One that is empty is most likely about to be written: it is waited for as often. */
const EMPTY_TRIES = 5
/** chokidar swallows a second change to the same file for 50 ms: what it swallowed is seen by a look after that. */
const SWALLOWED_MS = 60
const LOOK_OFTEN_MS = 100
/** Events are lost while a watch is put on a file that was just replaced. A look costs microseconds. */
const LOOK_MS = 1_000
const GONE = 'gone'

/** How changes are noticed: the system tells of them, they are looked for ten times a second, or both, where it may not tell. */
export type Attention = 'told' | 'both' | 'looking'

/** Says when a file is saved, however its editor does that: every save from the start on. */
export class FileWatcher {
  readonly #file: string
  readonly #onSave: () => void
  readonly #onFallBack: () => void
  #watcher: FSWatcher | undefined
  #looking: NodeJS.Timeout
  #settling: NodeJS.Timeout | undefined
  #after: NodeJS.Timeout | undefined
  #attention: Attention
  #seen: string

  /** `onFallBack`: the system does not tell of changes here after all, and they are looked for. */
  constructor(file: string, attention: Attention, onSave: () => void, onFallBack: () => void) {
    this.#file = file
    this.#attention = attention
    this.#onSave = onSave
    this.#onFallBack = onFallBack
    this.#seen = this.#stamp()
    if (attention !== 'looking') this.#watcher = this.#open()
    this.#looking = this.#lookEvery(attention === 'told' ? LOOK_MS : LOOK_OFTEN_MS)
  }

  async close(): Promise<void> {
    this.#attention = 'looking'
    clearTimeout(this.#settling)
    clearTimeout(this.#after)
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
    watcher.on('error', () => this.#fallBack())
    return watcher
  }

  #lookEvery(ms: number): NodeJS.Timeout {
    return setInterval(() => this.#stamp() !== this.#seen && this.#settle(), ms)
  }

  /** Once what is being written has come to rest. */
  #settle(tries = EMPTY_TRIES): void {
    clearTimeout(this.#settling)
    const before = this.#stamp()
    this.#settling = setTimeout(() => {
      const now = this.#stamp()
      if (now !== before) this.#settle()
      else if (now.startsWith('0 ') && tries > 0) this.#settle(tries - 1)
      else this.#look()
    }, SETTLE_MS)
  }

  /** An event is no save yet: the file has been written, or is another one. One that is gone is on its way to be replaced. */
  #look(): void {
    const stamp = this.#stamp()
    if (stamp === GONE || stamp === this.#seen) return
    this.#seen = stamp
    clearTimeout(this.#after)
    this.#after = setTimeout(() => this.#stamp() !== this.#seen && this.#settle(), SWALLOWED_MS)
    this.#onSave()
  }

  #stamp(): string {
    const stats = statSync(this.#file, { throwIfNoEntry: false })
    return stats ? `${stats.size} ${stats.mtimeMs} ${stats.ino}` : GONE
  }

  /** A machine gives out only so many watches; looking needs none. */
  #fallBack(): void {
    // A look that fails, as while a folder is renamed, is followed by the next one.
    if (this.#attention === 'looking') return
    this.#attention = 'looking'
    void this.#watcher?.close()
    clearInterval(this.#looking)
    this.#looking = this.#lookEvery(LOOK_OFTEN_MS)
    this.#onFallBack()
  }
}
