import { untilCalm } from '../program/calm.ts'
import { deathText, exitText } from '../program/death.ts'
import type { Exit } from '../program/exit.ts'
import { watchLoop } from '../program/lag.ts'
import type { Program } from '../program/program.ts'
import { nextTimerMs } from '../program/timer.ts'
import { Conversation, type ConversationEvent } from './conversation.ts'
import { CheckFailure, type Failure, type FailureCode } from './failure.ts'
import type { Known } from './known.ts'
import type { Moment } from './moment.ts'
import { Patience, type Waited } from './patience.ts'
import type { Pool } from './pool.ts'
import { Random } from './random.ts'
import type { Setting } from './setting.ts'

/** What is kept of a test that has ended. */
export interface TestRecord {
  conversation: ConversationEvent[]
  stdout: string
  stderr: string
  exit?: Exit
  /** How long it took, if it ran before its turn. */
  ms?: number
}

/** How long timers are waited for, and how long if they cannot be seen. */
const TIMERS_MS = 3000
const UNSEEN_MS = 300
/** Failures that do not need the program's death to explain them. */
const SAYS_ENOUGH: ReadonlySet<FailureCode> = new Set(['wrong-bytes', 'memory'])
/** How long we look whether a program is dying. */
const DYING_MS = 2000
/** The same, and how long we wait for it to rest, if it is known to compute endlessly. */
const SPINNING_MS = 200
/** How much of what each client sent last is kept, to recognise bytes that turn up elsewhere. */
const REMEMBERED_BYTES = 4096

/**
 * One test: its deadline, its randomness, its conversation, and the cleanup of everything it
 * started.
 */
export class Scenario {
  readonly conversation: Conversation
  readonly random: Random
  readonly subject: Setting['subject']
  readonly pool: Pool
  readonly scale: number
  /** Where folders are made that the program sees too. */
  readonly scratch: string
  /** Reported with every failure while a conversation is played in many ways. */
  way: string | undefined
  /** The peers that stopped reading because the test said so. */
  readonly notReading = new Set<object>()
  readonly #programs: Program[] = []
  readonly #patience: Patience
  readonly #known: Known
  #ends: (() => void)[] = []
  #checks: (() => Promise<void>)[] = []
  #failure: CheckFailure | undefined
  #interrupted: CheckFailure | undefined
  #released = false
  readonly #begun: Moment
  #sent = new Map<string, Buffer>()

  constructor(
    title: string,
    { seed, subject, scale, scratch, launch, onEvent }: Setting,
    ofPool: Pool,
    known: Known,
  ) {
    this.conversation = new Conversation(onEvent)
    this.random = new Random(seed, title)
    this.subject = subject
    this.scale = scale
    this.scratch = scratch ?? launch.tmp
    this.pool = ofPool
    this.#patience = new Patience(this.#programs, scale, known)
    this.#known = known
    this.atEnd(watchLoop())
    this.#begun = this.moment()
  }

  /** Gives this test another deadline, in ms from now. */
  allow(ms: number): void {
    this.#patience.allow(ms)
  }

  /**
   * Gives the rest of the test as much time as a whole one: for each way of playing a conversation.
   */
  startOver(): void {
    this.#patience.startOver()
  }

  /** The processes of the programs that the test started. */
  get pids(): number[] {
    return this.#programs.flatMap((program) => program.family())
  }

  /** Registers a program that the test started. */
  adopt(program: Program): void {
    this.#programs.push(program)
    this.conversation.add('start', { text: `${program.port}` })
    for (const stream of ['stdout', 'stderr'] as const) {
      const printed = program.printed(stream)
      if (printed) this.conversation.add(stream, { bytes: Buffer.from(printed) })
    }
    program.onOutput = (stream, bytes) => this.conversation.add(stream, { bytes })
    program.exited.then((exit) => {
      if (!program.stopped) this.conversation.add('exit', { text: exitText(exit) })
    })
    this.atEnd(() => this.pool.end(program))
  }

  /** Registers what has to be closed when the test is over. */
  atEnd(end: () => void): void {
    // A test that runs beside others may still be starting something when the check is over.
    if (this.#released) end()
    else this.#ends.push(end)
  }

  /** Registers what has to hold when the test's body has run. */
  atFinish(check: () => Promise<void>): void {
    this.#checks.push(check)
  }

  async finish(): Promise<void> {
    // Also a failure that the test did not await, such as that of a send.
    if (this.#failure) throw this.#failure
    for (const check of this.#checks) await check()
  }

  release(): void {
    this.#released = true
    for (const end of this.#ends.reverse()) end()
  }

  toRecord(): TestRecord {
    const program = this.#programs.find((each) => each.exit && !each.stopped) ?? this.#programs.at(-1)
    const printed = (stream: 'stdout' | 'stderr') =>
      this.#programs.map((each) => each.printed(stream)).join('')
    const record: TestRecord = {
      conversation: this.conversation.toEvents(),
      stdout: printed('stdout'),
      stderr: printed('stderr'),
    }
    if (program?.exit && !program.stopped) record.exit = program.exit
    return record
  }

  /** Remembers what a client sent, so that it is recognised where it does not belong. */
  remember(peer: string, bytes: Uint8Array): void {
    const before = this.#sent.get(peer) ?? Buffer.alloc(0)
    this.#sent.set(
      peer,
      Buffer.concat([before, bytes.subarray(-REMEMBERED_BYTES)]).subarray(-REMEMBERED_BYTES),
    )
  }

  /** The client, other than `peer`, that sent these bytes. */
  senderOf(bytes: Buffer, peer: string): string | undefined {
    if (this.subject === 'client' || bytes.length < 4 || this.#sent.get(peer)?.includes(bytes))
      return undefined
    for (const [name, sent] of this.#sent) if (name !== peer && sent.includes(bytes)) return name
    return undefined
  }

  /** Waits for `change`, as long as it can still happen. */
  async patiently(change: Promise<unknown>): Promise<Waited> {
    const waited = await this.#patience.until(change)
    if (this.#interrupted) throw this.#interrupted
    return waited
  }

  /** True once a test has failed: the verdict on the exercise is known. */
  get isDecided(): boolean {
    return this.#known.failed
  }

  /** Bytes that were waited for have come. */
  moved(): void {
    this.#patience.moved()
  }

  /** True if the test took as long as it may even while bytes still moved. */
  get isOutOfTime(): boolean {
    return this.#patience.isOutOfTime
  }

  /**
   * Fails the test at once, whatever it waits for, because of something other than an answer it
   * asked for.
   */
  interrupt(failure: CheckFailure): void {
    this.#interrupted ??= failure
    this.conversation.close()
    this.#patience.end()
  }

  /** Waits until `ms` after `since`, not counting what a busy machine takes. */
  untilOver(change: Promise<unknown>, since: Moment, ms: number): Promise<Waited> {
    this.#patience.mindTimers()
    return this.#patience.untilOver(change, since, ms)
  }

  /** Now, with how much time the machine has kept from us and the programs. */
  moment(): Moment {
    return { at: performance.now(), starved: this.#patience.heldUpBeforeMs }
  }

  /** For how long a busy machine has kept us and the programs from running since then, in ms. */
  starvedSince(since: Moment): number {
    return Math.max(0, this.#patience.heldUpMs - since.starved)
  }

  /**
   * How long it has taken up to now, in ms, without what a busy machine took: that figure adds up
   * all threads, so at most half of the time is deducted.
   */
  get spentMs(): number {
    const elapsed = performance.now() - this.#begun.at
    return elapsed - Math.min(this.starvedSince(this.#begun), elapsed / 2)
  }

  /**
   * Marks the start of a part, with timers of this many ms, that may have to be played again. The
   * returned function undoes it, with all the connections it opened.
   */
  mark(ms: number): () => void {
    this.#patience.mindTimers(ms)
    const [ends, checks] = [this.#ends.length, this.#checks.length]
    return () => {
      for (const end of this.#ends.splice(ends).reverse()) end()
      this.#checks.splice(checks)
      this.#failure = undefined
    }
  }

  /** "1 s", "29 s": how long `patiently` waited in vain. */
  waited(outcome: 'still' | 'late'): string {
    return this.#patience.waited(outcome)
  }

  /** Waits until the program has nothing to do. */
  async untilIdle(program: Program): Promise<void> {
    const limitMs = this.#known.spins ? SPINNING_MS * this.scale : this.#patience.deadlineMs
    await untilCalm(() => (program.exit ? [] : [program]), limitMs)
  }

  /**
   * Waits until the program has nothing to do and no timer of its own that fires soon: what it does
   * at a set time is done. If timers cannot be seen, it just waits a while. Ends after TIMERS_MS in
   * any case, and does not wait for a timer that fires later, such as those with which V8 gives
   * memory back: a process went to sleep after its start, so it has at least that much of the
   * timer's time left.
   */
  async untilNoTimer(program: Program): Promise<void> {
    let start: number | undefined
    for (;;) {
      await this.untilIdle(program)
      const now = performance.now()
      // Counted from its first rest: a busy machine may have kept it from setting its timer until
      // then.
      start ??= now
      const left = start + TIMERS_MS * this.scale - now
      const timers = program.exit ? [] : program.family(0).map(nextTimerMs)
      const soon = timers.some((ms) => ms !== undefined && ms - (now - program.begun) <= left)
      const unseen = timers.includes(undefined) && now - start <= UNSEEN_MS * this.scale
      if (left <= 0 || (!soon && !unseen)) return
    }
  }

  /**
   * The failure, ready to be thrown; `part` is what came before it, for a sentence that ends
   * differently. If the program died in the meantime, that is the better story: a dying process
   * closes its connections first, so this waits until it is gone or plainly alive.
   */
  async failed(
    failure: Omit<Failure, 'message'> & { should: string; but: string; part?: string },
  ): Promise<CheckFailure> {
    const { should, but, part, ...rest } = failure
    const spun = rest.spun || this.#patience.spun
    this.#known.spins ||= spun
    // Bytes that arrive from here on are not part of the message.
    this.conversation.endBytes()
    const dead = SAYS_ENOUGH.has(rest.code) ? undefined : await this.#diedMeanwhile()
    const way = this.way ? `, ${this.way},` : ''
    const message = `The ${this.subject}${way} should ${should}, but ${dead ? [part, deathText(dead)].filter(Boolean).join(' and then ') : but}.`
    this.#failure ??= new CheckFailure({
      ...rest,
      code: dead ? 'exited' : rest.code,
      message,
      ...(spun && !dead && { spun }),
    })
    return this.#failure
  }

  async #diedMeanwhile(): Promise<Program | undefined> {
    const alive = () => this.#programs.filter((program) => !program.exit && !program.mayExit)
    await untilCalm(alive, (this.#known.spins ? SPINNING_MS : DYING_MS) * this.scale)
    return this.#programs.find((program) => program.exit && !program.mayExit)
  }
}
