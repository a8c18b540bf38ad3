import { setImmediate as nextTurn } from 'node:timers/promises'
import { delay, lateness } from '../program/delay.ts'
import { loopLagMs } from '../program/lag.ts'
import { hasProc, timeInCommands } from '../program/proc.ts'
import { IDLE_SHARE, runDelayMs, starvedMs } from '../program/processes.ts'
import type { Program } from '../program/program.ts'
import { isReadOn, onTheWayTo } from '../program/queues.ts'
import type { Known } from './known.ts'

/**
 * How a wait ended: what was waited for happened; the programs will do nothing more; or time ran
 * out.
 */
export type Waited = 'changed' | 'still' | 'late'

/** How long a test may take while no byte moves, on a typical machine. */
export const DEADLINE_MS = 10_000
/**
 * How long every thread of a program must have slept, on our own clock, before waiting on is
 * useless. A program that has something to do is running or about to run, however busy the machine;
 * one that waits this long for a timer is late.
 */
const ASLEEP_MS = 1000
/** The same once a test has failed: the verdict on the exercise is known. */
const ASLEEP_AGAIN_MS = 250
const LOOK_MS = 50
const LOOK_AGAIN_MS = 25
/**
 * The pause after a look, as a multiple of how long it took: looking at a thousand threads is
 * expensive, all the more on a busy machine.
 */
const PAUSE_PER_LOOK = 4
/**
 * How many looks must find a program asleep, so that a stall of ours is not taken for one of the
 * program's.
 */
const LOOKS = 8
/** The same if every program has exited: what they sent has arrived by then. */
const LOOKS_AT_THE_DEAD = 4
/**
 * How often we check whether bytes move, as a share of a test's time. A look costs milliseconds.
 */
const MOVES = 0.05
/**
 * The share of a test's time that a program may spend computing during one wait while no byte
 * moves: more is an endless loop.
 */
const MAX_BUSY = 0.5
/**
 * The share of a test's time that it may spend computing during all waits, once a test has failed.
 */
const MAX_BUSY_AGAIN = 0.2
/** How long a program that is known to spin may compute during one wait. */
const SPIN_AGAIN_MS = 1000
/** How long a count of the time that the machine kept from us and the programs may be reused. */
const HELD_UP_MS = 100
/** After this many deadlines a test is over, whatever moves. */
const LAST_DEADLINES = 10

/** How long a test waits for the programs that it started. */
export class Patience {
  readonly #programs: readonly Program[]
  readonly #scale: number
  readonly #known: Known
  /** True if a test had failed when this one began. */
  readonly #afterFailure: boolean
  #asleepMs: number
  readonly #lookMs: number
  #deadlineMs: number
  /**
   * When the test began, how long we and the programs had waited for a processor by then, and how
   * long they had computed.
   */
  #began = { at: performance.now(), starved: ownDelayMs(), cpu: 0 }
  /** The same for the last time bytes moved. */
  #progress = this.#began
  #moved = false
  #onTheWay = { at: this.#began.at, bytes: new Map<string, number>() }
  #nextLook = 0
  #heldUp = { at: Number.NEGATIVE_INFINITY, ms: 0 }
  #spun = false
  #over = false

  /** `programs` grows as the test starts them; all times are multiplied by `scale`. */
  constructor(programs: readonly Program[], scale: number, known: Known) {
    this.#programs = programs
    this.#scale = scale
    const afterFailure = known.failed
    this.#known = known
    this.#afterFailure = afterFailure
    this.#lookMs = afterFailure ? LOOK_AGAIN_MS : LOOK_MS
    this.#asleepMs = (afterFailure ? ASLEEP_AGAIN_MS : ASLEEP_MS) * scale
    this.#deadlineMs = DEADLINE_MS * scale
  }

  /** True if the last wait ended because the program computed all the while. */
  get spun(): boolean {
    return this.#spun
  }

  /** How long the test may take without a byte that moves, in ms. */
  get deadlineMs(): number {
    return this.#deadlineMs
  }

  /** Gives this test another deadline, in ms from now. */
  allow(ms: number): void {
    this.#deadlineMs = ms * this.#scale
    this.#startAgain()
    this.#began = this.#progress
  }

  /**
   * Bytes that were waited for have come: the test has its whole time again, however slowly they
   * come.
   */
  moved(): void {
    this.#moved = true
  }

  /**
   * True when the test's time is over. Time for which a busy machine kept us or the program from
   * running does not count, so that a right program is never late for want of a processor.
   */
  get isLate(): boolean {
    return this.#isOver(this.#progress, this.#deadlineMs) || this.isOutOfTime
  }

  /** True if the test is over although bytes may still move. */
  get isOutOfTime(): boolean {
    return this.#isOver(this.#began, LAST_DEADLINES * this.#deadlineMs)
  }

  /** Ends every wait at its next look: nothing that is waited for matters any more. */
  end(): void {
    this.#over = true
  }

  /**
   * Gives the rest of the test as much time as a whole one: for each way of playing a conversation.
   */
  startOver(): void {
    this.allow(this.#deadlineMs / this.#scale)
  }

  /**
   * Waits for `change`. Resolves with 'still' when the programs have done nothing for so long that
   * they never will, and with 'late' at the test's deadline, or when they have been busy for half
   * of it. Both start again whenever bytes move.
   */
  async until(change: Promise<unknown>): Promise<Waited> {
    let changed = false
    const happened = change.then(() => {
      changed = true
    })
    // It counts as awake until the first look.
    let awake = { at: 0, cpu: Number.NEGATIVE_INFINITY, looks: 0 }
    let cpuBefore: number | undefined
    while (!changed) {
      const patience = new AbortController()
      await Promise.race([happened, delay(this.#lookMs, patience.signal)])
      // With a reason: without one Node creates an exception with its stack.
      patience.abort('over')
      // One more turn of the event loop, so that what has arrived by now counts.
      await nextTurn()
      // If bytes trickle in, no single wait lasts until its first look: the time between looks runs
      // on from one wait to the next.
      const now = performance.now()
      if (changed && now < this.#nextLook) break
      this.#nextLook = now + this.#lookMs
      if (this.#isHeld) {
        this.#startAgain()
        this.#began = this.#progress
        awake = { at: ownTime(), cpu: Number.NEGATIVE_INFINITY, looks: 0 }
        if (!this.#over) continue
      }
      if (this.#moves()) this.#startAgain()
      if (this.#over || this.isLate) return 'late'
      if (!hasProc || this.#programs.length === 0) continue
      const { alive, cpu, asleep } = this.#look()
      this.#nextLook += PAUSE_PER_LOOK * (performance.now() - now)
      cpuBefore ??= this.#afterFailure && !this.#known.spins ? 0 : cpu
      this.#spun = cpu - Math.max(cpuBefore, this.#progress.cpu) > this.#mostBusyMs
      if (this.#spun) return 'late'
      if (changed) break
      const rest = ownTime() - awake.at
      if (!asleep || cpu - awake.cpu > IDLE_SHARE * rest) awake = { at: ownTime(), cpu, looks: 0 }
      awake.looks += 1
      if (alive === 0 && awake.looks >= LOOKS_AT_THE_DEAD) return 'still'
      if (awake.looks >= LOOKS && ownTime() - awake.at > this.#asleepMs) return 'still'
    }
    return 'changed'
  }

  /**
   * For how long a busy machine, or other work of ours, has kept us and the programs from running
   * up to now, in ms.
   */
  get heldUpMs(): number {
    return loopLagMs() + (hasProc ? starvedMs(this.#pids) : 0)
  }

  /**
   * The same at the start of what is timed. A look asks every thread, so one count is reused for a
   * while; an older count only widens a bound.
   */
  get heldUpBeforeMs(): number {
    const now = performance.now()
    if (now - this.#heldUp.at > HELD_UP_MS) this.#heldUp = { at: now, ms: this.heldUpMs }
    return this.#heldUp.ms
  }

  /**
   * From here on a program that sleeps may be waiting for a timer of this many ms, even after
   * another test has failed.
   */
  mindTimers(ms = 0): void {
    this.#asleepMs = Math.max(this.#asleepMs, ASLEEP_MS * this.#scale, 2 * ms)
  }

  /**
   * Waits for `change` until `ms` after `since`. Time for which a busy machine kept us or the
   * programs from running does not count, and a program that is in the middle of something when the
   * time is over may finish it.
   */
  async untilOver(
    change: Promise<unknown>,
    since: { at: number; starved: number },
    ms: number,
  ): Promise<Waited> {
    let changed = false
    const happened = change.then(() => {
      changed = true
    })
    for (;;) {
      const patience = new AbortController()
      await Promise.race([happened, delay(LOOK_AGAIN_MS, patience.signal)])
      patience.abort('over')
      if (this.#isHeld) continue
      const over = performance.now() - since.at - ms - Math.max(0, this.heldUpMs - since.starved)
      const asleep = over <= 0 || !hasProc || this.#look().asleep
      // One more turn of the event loop, so that what has arrived by now counts.
      await nextTurn()
      if (changed) return 'changed'
      if (this.isLate || (over > 0 && asleep)) return 'late'
    }
  }

  /** What the programs are doing. */
  #look(): { alive: number; cpu: number; asleep: boolean } {
    const looks = this.#programs.filter((program) => !program.exit).map((program) => program.activity())
    const cpu = looks.reduce((sum, look) => sum + look.cpu, 0)
    return { alive: looks.length, cpu, asleep: looks.every((look) => look.asleep) }
  }

  /** True while a debugger is attached: no time counts. */
  get #isHeld(): boolean {
    return this.#programs.some((program) => program.isHeld)
  }

  #isOver(since: { at: number; starved: number }, ms: number): boolean {
    const over = performance.now() - since.at - ms
    return over > 0 && over > this.#starvedMs() - since.starved
  }

  #startAgain(): void {
    this.#moved = false
    this.#progress = { at: performance.now(), cpu: this.#look().cpu, starved: this.#starvedMs() }
  }

  /**
   * True if bytes have come, or the programs have read some of what was on its way to them at the
   * last look.
   */
  #moves(): boolean {
    const { at, bytes } = this.#onTheWay
    if (performance.now() - at < MOVES * this.#deadlineMs) return false
    this.#onTheWay = { at: performance.now(), bytes: hasProc ? onTheWayTo(this.#pids) : bytes }
    return this.#moved || isReadOn(bytes, this.#onTheWay.bytes)
  }

  /**
   * For how long a busy machine has kept us, and all threads of the programs, from running, in ms.
   */
  #starvedMs(): number {
    return ownDelayMs() + (hasProc ? starvedMs(this.#pids) : 0)
  }

  get #pids(): number[] {
    return this.#programs.filter((program) => !program.exit).flatMap((program) => program.family(1000))
  }

  get #mostBusyMs(): number {
    if (this.#known.spins) return SPIN_AGAIN_MS * this.#scale
    return (this.#afterFailure ? MAX_BUSY_AGAIN : MAX_BUSY) * this.#deadlineMs
  }

  /** "1 s" or "29 s": how long we waited in vain; CPU time if the program spun. */
  waited(outcome: Exclude<Waited, 'changed'>): string {
    if (outcome === 'late' && this.#spun) {
      return `${Math.round(this.#mostBusyMs / 1000)} s of CPU time, in which it never rested`
    }
    const since = (this.isOutOfTime ? this.#began : this.#progress).at
    const ms = outcome === 'still' ? this.#asleepMs : performance.now() - since
    return `${ms < 1000 ? (ms / 1000).toFixed(1) : Math.round(ms / 1000)} s`
  }
}

/**
 * A clock, in ms, that stops while a busy machine keeps us from running: what a program sends or
 * takes meanwhile waits for us, and so does the program. That does not count as rest.
 */
function ownTime(): number {
  return performance.now() - runDelayMs('self')
}

/**
 * For how long a busy machine has kept us from running, in ms: as the kernel counts it, otherwise
 * as far as our own timers show.
 */
function ownDelayMs(): number {
  return hasProc ? runDelayMs('self') : lateness() + timeInCommands()
}
