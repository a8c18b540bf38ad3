import { cut, paint, type View } from './view.ts'

/** Something that takes less time than this is not worth a line. */
const SHOWN_AFTER_MS = 300
const TICK_MS = 100

/**
 * A last line in the terminal that says what is going on, and for how long. What is printed next
 * takes its place.
 */
export class StatusLine {
  readonly #view: View
  #timer: NodeJS.Timeout | undefined
  #isShown = false

  constructor(view: View) {
    this.#view = view
  }

  /** From now on this is going on. */
  begin(title: string): void {
    this.clear()
    const start = performance.now()
    this.#timer = setInterval(() => {
      const ms = performance.now() - start
      if (ms >= SHOWN_AFTER_MS) this.#draw(title, `  ${(ms / 1000).toFixed(1)} s`)
    }, TICK_MS).unref()
  }

  /** Nothing is going on: the line is free. */
  clear(): void {
    clearInterval(this.#timer)
    if (this.#isShown) process.stdout.write('\r\x1b[K')
    this.#isShown = false
  }

  /** If the line is too long, the title is cut rather than the time. */
  #draw(title: string, time: string): void {
    this.#isShown = true
    const text = cut(` … ${title}`, this.#view.width - 1 - time.length, this.#view) + time
    process.stdout.write(`\r\x1b[K${paint(this.#view, 'dim', text)}`)
  }
}
