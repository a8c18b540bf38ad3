import { statSync } from 'node:fs'

/**
 * How often the file is looked at. A look takes microseconds, works on every file system, and needs
 * no event that a container or a network drive may not send.
 */
const LOOK_MS = 50
/**
 * Editors save in several steps: they truncate and write, or write to another file and rename it. A
 * file that has not changed for this long is complete.
 */
const SETTLE_MS = 20
/** An empty file is most likely about to be written: how many more times to wait for it. */
const EMPTY_TRIES = 5
const GONE = 'gone'
/** A file that has been gone for this long is not being replaced by an editor. */
const GONE_MS = 1000

/** Reports when a file is saved, however its editor does that: every save from the start on. */
export class FileWatcher {
  readonly #file: string
  readonly #onSave: () => void
  readonly #onGone: () => void
  #goneSince: number | undefined
  readonly #looking: NodeJS.Timeout
  #settling: NodeJS.Timeout | undefined
  #seen: string

  /** `onGone` is called once if the file is deleted. */
  constructor(file: string, onSave: () => void, onGone: () => void = () => {}) {
    this.#file = file
    this.#onSave = onSave
    this.#onGone = onGone
    this.#seen = this.#stamp()
    this.#looking = setInterval(() => this.#look(), LOOK_MS)
  }

  close(): void {
    clearInterval(this.#looking)
    clearTimeout(this.#settling)
  }

  #look(): void {
    const now = this.#stamp()
    this.#noticeGone(now)
    if (this.#settling === undefined && now !== this.#seen) this.#settle()
  }

  #noticeGone(now: string): void {
    if (now !== GONE) this.#goneSince = undefined
    else if (this.#goneSince === undefined) this.#goneSince = performance.now()
    else if (performance.now() - this.#goneSince > GONE_MS) {
      this.#goneSince = Number.POSITIVE_INFINITY
      this.#onGone()
    }
  }

  /** Waits until the file has stopped changing. A file that is gone is about to be replaced. */
  #settle(tries = EMPTY_TRIES): void {
    const before = this.#stamp()
    this.#settling = setTimeout(() => {
      this.#settling = undefined
      const now = this.#stamp()
      if (now !== before) this.#settle()
      else if (now.startsWith('0 ') && tries > 0) this.#settle(tries - 1)
      else if (now !== GONE && now !== this.#seen) {
        this.#seen = now
        this.#onSave()
      }
    }, SETTLE_MS)
  }

  #stamp(): string {
    const stats = statSync(this.#file, { throwIfNoEntry: false })
    return stats ? `${stats.size} ${stats.mtimeMs} ${stats.ino}` : GONE
  }
}
