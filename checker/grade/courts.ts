import type { Launcher } from '../judge/asks/judge.ts'
import { Court } from './court.ts'

type Work<T> = (court: Court) => Promise<T>
type Turn = (court: Court) => void

/** How many wait for a quiet moment until one is made. */
export const MOST_PATIENT = 16

/**
 * All courts of this machine. Work goes on in as many at once as there are, but for work that asks to be alone: that waits until
 * nothing else is left or much of it has gathered, and then runs with every other court at rest.
 */
export class Courts {
  readonly #courts: Court[]
  readonly #idle: Court[]
  #waiting: Turn[] = []
  #patient: Turn[] = []
  #quiet = false

  constructor(root: string, count: number, launcher?: Launcher) {
    this.#courts = Array.from({ length: count }, () => new Court(root, launcher))
    this.#idle = [...this.#courts]
  }

  get count(): number {
    return this.#courts.length
  }

  /** Does the work in the next free court. */
  beside<T>(work: Work<T>): Promise<T> {
    return this.#inTurn(this.#waiting, work)
  }

  /** Does the work while no other court has any. */
  alone<T>(work: Work<T>): Promise<T> {
    return this.#inTurn(this.#patient, work)
  }

  /** Ends every judge. */
  async close(): Promise<void> {
    await Promise.all(this.#courts.map((court) => court.close()))
  }

  /** Ends every judge at once: what was being judged, and what still waits, comes to nothing. */
  kill(): void {
    for (const court of this.#courts) court.kill()
  }

  async #inTurn<T>(queue: Turn[], work: Work<T>): Promise<T> {
    const court = await new Promise<Court>((resolve) => {
      queue.push(resolve)
      this.#admit()
    })
    try {
      return await work(court)
    } finally {
      this.#idle.push(court)
      this.#admit()
    }
  }

  /** Lets in whoever may start now. */
  #admit(): void {
    if (this.#patient.length === 0) this.#quiet = false
    else if (this.#waiting.length === 0 || this.#patient.length >= MOST_PATIENT) this.#quiet = true
    if (this.#quiet && this.#idle.length < this.#courts.length) return
    const queue = this.#quiet ? this.#patient : this.#waiting
    const places = this.#quiet ? 1 : this.#idle.length
    for (const start of queue.splice(0, places)) {
      const court = this.#idle.pop()
      if (court) start(court)
    }
  }
}
