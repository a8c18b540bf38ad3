import { stripVTControlCharacters } from 'node:util'
import type { GradeRecord } from './store/record.ts'

/** A line at most so often where there is no terminal that a line can be rewritten on. */
const LINE_MS = 5000
const CONTROL = /\p{C}/gu

/** Shows how far a run is and how long it may take, on stderr. */
export class GradeProgress {
  readonly #total: number
  readonly #start = performance.now()
  #done = 0
  #lineAt = Number.NEGATIVE_INFINITY

  constructor(total: number) {
    this.#total = total
  }

  add({ learner, exercise, verdict }: GradeRecord): void {
    this.#done += 1
    const last = this.#done === this.#total
    const count = `${`${this.#done}`.padStart(`${this.#total}`.length)}/${this.#total}`
    const line = `${count}  ${verdict.padEnd(7)} ${printable(exercise)} ${printable(learner)}${last ? '' : `  ${this.#left()}`}`
    if (process.stderr.isTTY)
      return void process.stderr.write(
        `\r\x1b[K${line.slice(0, (process.stderr.columns ?? 80) - 1)}${last ? '\n' : ''}`,
      )
    const now = performance.now()
    if (!last && now - this.#lineAt < LINE_MS) return
    this.#lineAt = now
    console.error(line)
  }

  #left(): string {
    const each = (performance.now() - this.#start) / this.#done
    const seconds = (each * (this.#total - this.#done)) / 1000
    return seconds < 90 ? `about ${Math.ceil(seconds)} s left` : `about ${Math.ceil(seconds / 60)} min left`
  }
}

/** Says something else on stderr while a run goes on, without spoiling the line that shows how far it is. */
export function announce(text: string): void {
  console.error(process.stderr.isTTY ? `\r\x1b[K${text}` : text)
}

/** Text from a submission as one line that no terminal takes for a command. */
export function printable(text: string): string {
  return stripVTControlCharacters(text).replace(CONTROL, '?')
}
