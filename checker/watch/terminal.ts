import { suspendJob } from '../terminal/suspend.ts'
import { CTRL_C } from './keys.ts'

const CLEAR = '\x1b[2J\x1b[H'
const ESCAPE = '\x1b'

/**
 * The terminal, read by key instead of by line. The opener has to close it, so that the shell gets
 * it back unchanged.
 */
export class Terminal {
  readonly #onKey: (key: string) => void
  #listening = false

  constructor(onKey: (key: string) => void) {
    this.#onKey = onKey
    process.stdin.setEncoding('utf8')
    // A terminal that is gone reports an error for every operation, even while we quit.
    process.stdin.on('error', this.#end)
    this.resume()
  }

  /** Replaces what is on the screen. */
  draw(text: string): void {
    process.stdout.write(`${CLEAR}${text}\n`)
  }

  clear(): void {
    process.stdout.write(CLEAR)
  }

  /** Leaves the terminal to another program, such as an editor. */
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

  /** Leaves the terminal to the shell until the job is continued. */
  async suspend(): Promise<void> {
    this.pause()
    await suspendJob()
    this.resume()
  }

  readonly #hear = (text: string) => {
    // Arrows and the like arrive as one escape sequence; none of our keys does.
    const keys = text.startsWith(ESCAPE) ? [] : [...text]
    for (const key of keys) this.#onKey(key.toLowerCase())
  }

  /** The window was closed. */
  readonly #end = () => this.#onKey(CTRL_C)
}
