/** Learns how long the runs of each file took, as they end. */
export interface RunTimes {
  /** A first run is over: how long it took, and whether it needs no second one. */
  first(exercise: string, ms: number, isSettled: boolean): void
  /** A second run is over, including everything that belonged to it. */
  second(exercise: string, ms: number): void
}

/**
 * How long a run on this machine may still take: from how long its first and second runs took, and
 * how many of each are left.
 */
export class RunEstimate implements RunTimes {
  readonly #judges: number
  readonly #now: () => number
  readonly #start: number
  /** Files whose first run is not over, by exercise. */
  readonly #firstsLeft = new Map<string, number>()
  /** Files that wait for their second run, by exercise. */
  readonly #secondsLeft = new Map<string, number>()
  readonly #firsts = new Times()
  readonly #seconds = new Times()
  #failed = 0

  constructor(exercises: readonly string[], judges: number, now: () => number = () => performance.now()) {
    this.#judges = judges
    this.#now = now
    this.#start = now()
    for (const exercise of exercises) count(this.#firstsLeft, exercise, 1)
  }

  first(exercise: string, ms: number, isSettled: boolean): void {
    count(this.#firstsLeft, exercise, -1)
    this.#firsts.add(exercise, ms)
    if (isSettled) return
    this.#failed += 1
    count(this.#secondsLeft, exercise, 1)
  }

  second(exercise: string, ms: number): void {
    count(this.#secondsLeft, exercise, -1)
    this.#seconds.add(exercise, ms)
  }

  /** Milliseconds until everything is graded. */
  left(): number {
    const failing = (this.#failed + EXPECTED_FAILS) / (this.#firsts.count + EXPECTED_FILES)
    const meanFirst = this.#firsts.mean ?? USUAL_MS
    let left = 0
    for (const [exercise, files] of this.#firstsLeft) {
      const first = this.#firsts.of(exercise) ?? meanFirst
      left += files * (first / this.#judges + failing * this.#secondOf(exercise, first))
    }
    for (const [exercise, files] of this.#secondsLeft) {
      left += files * this.#secondOf(exercise, this.#firsts.of(exercise) ?? meanFirst)
    }
    return left * this.#pace()
  }

  /** False if runs are not reported, as with a queue's workers. */
  get isTold(): boolean {
    return this.#firsts.count > 0
  }

  #secondOf(exercise: string, first: number): number {
    return this.#seconds.of(exercise) ?? first
  }

  /**
   * How much longer everything takes than the runs themselves: judges are started and watched, and
   * the machine may be busy.
   */
  #pace(): number {
    const told = this.#firsts.sum / this.#judges + this.#seconds.sum
    if (this.#firsts.count < this.#judges) return 1
    // The runs in progress: their time has passed, but is not in the sums yet.
    const running = (this.#firsts.mean ?? 0) / 2
    return Math.min(MAX_PACE, Math.max(1, (this.#now() - this.#start - running) / told))
  }
}

/** How long a run takes and how many fail, before anything is known. */
const USUAL_MS = 2500
const EXPECTED_FAILS = 1
const EXPECTED_FILES = 4
const MAX_PACE = 5

/** How long the runs of each exercise took. */
class Times {
  readonly #byExercise = new Map<string, { count: number; sum: number }>()
  count = 0
  sum = 0

  add(exercise: string, ms: number): void {
    const times = this.#byExercise.get(exercise) ?? { count: 0, sum: 0 }
    this.#byExercise.set(exercise, { count: times.count + 1, sum: times.sum + ms })
    this.count += 1
    this.sum += ms
  }

  get mean(): number | undefined {
    return this.count === 0 ? undefined : this.sum / this.count
  }

  of(exercise: string): number | undefined {
    const times = this.#byExercise.get(exercise)
    return times && times.sum / times.count
  }
}

function count(counts: Map<string, number>, key: string, by: number): void {
  counts.set(key, Math.max(0, (counts.get(key) ?? 0) + by))
}
