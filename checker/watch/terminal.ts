import { suspendJob } from '../terminal/suspend.ts'
import { CTRL_C } from './keys.ts'

const CLEAR = '\x1b[2J\x1b[H'
const ESCAPE = '\x1b'

/**
 * The terminal, a key at a time instead of a line. Whoever opens it closes it, else the shell gets
 * it back as it is.
 */
export class Terminal {
  readonly #onKey: (key: string) => void
  #listening = false

  constructor(onKey: (key: string) => void) {
    this.#onKey = onKey
    process.stdin.setEncoding('utf8')
    // A terminal that is gone gives an error for whatever is asked of it, also while we leave.
    process.stdin.on('error', this.#end)
    this.resume()
  }

  /** Shows a text in place of what is there. */
  draw(text: string): void {
    process.stdout.write(`${CLEAR}${text}\n`)
  }

  clear(): void {
    process.stdout.write(CLEAR)
  }

  /** Leaves it to another program, such as an editor. */
  pause(): void {
    if (!this.#listening) return
    this.#listening = false
    process.stdin.off('data', this.#hear)
    process.stdin.off('end', this.#end)
    process.stdin.setRawMode(false)
    process.stdin.pause()
  }

  resume(): void {
    if (this.#listening) return
    this.#listening = true
    process.stdin.setRawMode(true)
    process.stdin.on('data', this.#hear)
    process.stdin.on('end', this.#end)
    process.stdin.resume()
  }

  /** Gives it to the shell until the job is continued. */
  async suspend(): Promise<void> {
    this.pause()
    await suspendJob()
    this.resume()
  }

  readonly #hear = (text: string) => {
    // Arrows and the like come as one escape sequence, and are no keys of ours.
    const keys = text.startsWith(ESCAPE) ? [] : [...text]
    for (const key of keys) this.#onKey(key.toLowerCase())
  }

  /** The window was closed. */
  readonly #end = () => this.#onKey(CTRL_C)
}
