import { availableParallelism } from 'node:os'
import type { Launcher } from '../../sandbox/sandbox.ts'
import { JudgeSlot } from './judge-slot.ts'

/** As many judges as there are cores: each is busy with one learner's program at a time. */
export const defaultJudges = Math.max(1, availableParallelism())

/** Works through a list with this many judges at once, and ends them. */
export async function shareOut<T>(
  root: string,
  items: readonly T[],
  judges: number,
  work: (judge: JudgeSlot, item: T) => Promise<void>,
): Promise<void> {
  const pool = new JudgePool(root, judges)
  try {
    await Promise.all(items.map((item) => pool.beside((judge) => work(judge, item))))
  } finally {
    await pool.close()
  }
}

type Work<T> = (slot: JudgeSlot) => Promise<T>
type Turn = (slot: JudgeSlot) => void

/** How many wait for a quiet moment until one is made. */
export const MAX_PATIENT = 16

/**
 * The judges of this machine. Work goes on with as many at once as there are, but for work that
 * asks to be alone: that waits until nothing else is left or much of it has gathered, and then runs
 * with every other judge at rest.
 */
export class JudgePool {
  readonly #slots: JudgeSlot[]
  readonly #idle: JudgeSlot[]
  #waiting: Turn[] = []
  #patient: Turn[] = []
  #quiet = false

  /** `launcherOf` says how the judge of each place is started, by its number. */
  constructor(
    root: string,
    count: number,
    launcherOf: (index: number) => Launcher | undefined = () => undefined,
  ) {
    this.#slots = Array.from({ length: count }, (_, i) => new JudgeSlot(root, { launcher: launcherOf(i) }))
    this.#idle = [...this.#slots]
  }

  get count(): number {
    return this.#slots.length
  }

  /** Does the work with the next free judge. */
  beside<T>(work: Work<T>): Promise<T> {
    return this.#inTurn(this.#waiting, work)
  }

  /** Does the work while no other judge has any. */
  alone<T>(work: Work<T>): Promise<T> {
    return this.#inTurn(this.#patient, work)
  }

  /** Ends every judge. */
  async close(): Promise<void> {
    await Promise.all(this.#slots.map((slot) => slot.close()))
  }

  /** Ends every judge at once: what was being judged, and what still waits, comes to nothing. */
  kill(): void {
    for (const slot of this.#slots) slot.kill()
  }

  async #inTurn<T>(queue: Turn[], work: Work<T>): Promise<T> {
    const slot = await new Promise<JudgeSlot>((resolve) => {
      queue.push(resolve)
      this.#admit()
    })
    try {
      return await work(slot)
    } finally {
      this.#idle.push(slot)
      this.#admit()
    }
  }

  /** Starts those that may start now. */
  #admit(): void {
    if (this.#patient.length === 0) this.#quiet = false
    else if (this.#waiting.length === 0 || this.#patient.length >= MAX_PATIENT) this.#quiet = true
    if (this.#quiet && this.#idle.length < this.#slots.length) return
    const queue = this.#quiet ? this.#patient : this.#waiting
    const places = this.#quiet ? 1 : this.#idle.length
    for (const start of queue.splice(0, places)) {
      const slot = this.#idle.pop()
      if (slot) start(slot)
    }
  }
}
