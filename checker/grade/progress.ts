import { stripVTControlCharacters } from 'node:util'
import { aboutSeconds } from './estimate.ts'
import type { RunEstimate } from './run-estimate.ts'
import type { GradeRecord } from './store/record.ts'

/**
 * How often a line is printed, at most, if there is no terminal on which a line can be rewritten.
 */
const LINE_MS = 5000
const CONTROL = /\p{C}/gu

/** Shows how far a run is and how long it may take, on stderr. */
export class GradeProgress {
  readonly #total: number
  readonly #estimate: RunEstimate
  readonly #start = performance.now()
  #done = 0
  #lineAt = Number.NEGATIVE_INFINITY

  constructor(total: number, estimate: RunEstimate) {
    this.#total = total
    this.#estimate = estimate
  }

  add({ learner, exercise, verdict }: GradeRecord): void {
    this.#done += 1
    const last = this.#done === this.#total
    const count = `${`${this.#done}`.padStart(`${this.#total}`.length)}/${this.#total}`
    const line = `${count}  ${verdict.padEnd(7)} ${printable(exercise)} ${printable(learner)}${last ? '' : `  ${this.#left()}`}`
    if (process.stderr.isTTY)
      return void process.stderr.write(
        `\r\x1b[K${line.slice(0, (process.stderr.columns || 80) - 1)}${last ? '\n' : ''}`,
      )
    const now = performance.now()
    if (!last && now - this.#lineAt < LINE_MS) return
    this.#lineAt = now
    console.error(line)
  }

  #left(): string {
    const each = (performance.now() - this.#start) / this.#done
    const left = this.#estimate.isTold ? this.#estimate.left() : each * (this.#total - this.#done)
    return `${aboutSeconds(left / 1000)} left`
  }
}

/** Prints something else on stderr during a run, without spoiling the progress line. */
export function announce(text: string): void {
  console.error(process.stderr.isTTY ? `\r\x1b[K${text}` : text)
}

/** Text from a submission as one line that no terminal takes for a command. */
export function printable(text: string): string {
  return stripVTControlCharacters(text).replace(CONTROL, '?')
}
