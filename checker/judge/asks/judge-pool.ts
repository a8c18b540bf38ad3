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

/** This many waiting for a quiet moment are enough to make one. */
export const MAX_PATIENT = 16

/**
 * The judges of this machine. As many pieces of work run at once as there are judges, except work
 * that asks to be alone: that waits until nothing else is left or enough of it has gathered, and
 * then runs while every other judge rests.
 */
export class JudgePool {
  readonly #slots: JudgeSlot[]
  readonly #idle: JudgeSlot[]
  #waiting: Turn[] = []
  #patient: Turn[] = []
  #quiet = false

  /** `launcherOf` says how each judge is started, by its number. */
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

  /** Does the work while every other judge is idle. */
  alone<T>(work: Work<T>): Promise<T> {
    return this.#inTurn(this.#patient, work)
  }

  /** Ends every judge. */
  async close(): Promise<void> {
    await Promise.all(this.#slots.map((slot) => slot.close()))
  }

  /** Ends every judge at once: nothing comes of what was being judged or still waits. */
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

  /** Starts the work that may start now. */
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
