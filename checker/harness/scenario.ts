import { setImmediate as nextTurn } from 'node:timers/promises'
import { quote } from './bytes.ts'
import { untilCalm } from './calm.ts'
import { Conversation, type ConversationEvent } from './conversation.ts'
import { CheckFailure, type Failure, HarnessFault } from './failure.ts'
import { asideScenario, beginAsides, endAsides, takeAside } from './meanwhile.ts'
import { Pool } from './pool.ts'
import { hasProc } from './proc.ts'
import { IDLE_SHARE, runDelayMs } from './processes.ts'
import { delay, type Exit, type Launch, type Program } from './program.ts'
import { Random } from './random.ts'

/** Everything that the tests of one check share. */
export interface Setting {
  launch: Launch
  seed: number
  /** The learner writes a server or a client: the subject of every sentence. */
  subject: 'server' | 'client'
  /** 1 on a machine of today, more on a slower one: all deadlines are multiplied by it. */
  scale: number
  /** Ends the check at the first test that fails. */
  bail?: boolean
}

/** What is kept of a test that has ended. */
export interface TestRecord {
  conversation: ConversationEvent[]
  stdout: string
  stderr: string
  exit?: Exit
}

/** How long a test may take, on a machine of today. */
const DEADLINE_MS = 10_000
/**
 * How long a program has to have slept, every thread of it, until waiting on is useless. A program that has something to do is
 * running or about to run, however busy the machine; one that waits for a timer this long is late.
 */
const ASLEEP_MS = 1000
/** The same once a test has failed: the verdict on the exercise is known. */
const ASLEEP_AGAIN_MS = 400
const LOOK_MS = 50
/** Looks at a sleeping program that it takes at least, so that a stall of ours is not taken for one of theirs. */
const LOOKS = 8
/** The same where every program has exited: what they sent has arrived by then. */
const LOOKS_AT_THE_DEAD = 4
/** The share of a test's time that a program may spend computing while one thing is waited for: more is a loop without an end. */
const MOST_BUSY = 0.5
/** Once a test has failed: the share of a test's time that it may spend computing for all that is waited for. */
const MOST_BUSY_AGAIN = 0.2
/** Deadlines after which a test is over, however busy the machine is. */
const LAST_DEADLINES = 10
/** How long we look whether a program is dying. */
const OBITUARY_MS = 2000
/** How often: who dies of an error is busy with that. */
const OBITUARY_LOOK_MS = 10
/** What each client sent last, by which bytes that turn up elsewhere are recognised. */
const REMEMBERED_BYTES = 4096

let setting: Setting | undefined
let pool: Pool | undefined
let current: Scenario | undefined
/** True once a test of this check has failed: what is left can be told faster. */
let failedBefore = false

/** Gets ready to run the tests of one check, and starts the first process ahead. */
export async function openSetting(next: Setting): Promise<void> {
  setting = next
  const ahead = next.subject === 'server' ? Number.POSITIVE_INFINITY : 0
  pool = new Pool(next.launch, ahead, DEADLINE_MS * next.scale)
  failedBefore = false
  await pool.prepare()
}

/** True once a test has failed and nobody asks for those that follow. */
export function isOver(): boolean {
  return failedBefore && setting?.bail === true
}

/** True while a check runs. */
export function isOpen(): boolean {
  return pool !== undefined
}

/** Ends every process that is left. */
export async function closeSetting(): Promise<void> {
  endAsides()
  await pool?.close()
  pool = undefined
}

/** Says how many tests are left, so that no process is started for nobody. */
export function expectTests(count: number): void {
  pool?.limit(count)
}

/** Begins a test: from here on `scenario()` is its state. */
export function beginTest(title: string): void {
  current = takeAside(title) ?? newScenario(title)
}

function newScenario(title: string): Scenario {
  if (!setting || !pool) throw new HarnessFault('a test began before the harness was told what to start')
  return new Scenario(title, setting, pool)
}

/** Ends a test: ends what it started, and fails it where bytes were left unread. */
export async function endTest(): Promise<void> {
  const ended = scenario()
  try {
    await ended.finish()
  } finally {
    ended.release()
  }
}

/** The record of the test that ran last, and an end to it. */
export function takeRecord(failed = false): TestRecord {
  failedBefore ||= failed
  const record = scenario().toRecord()
  current = undefined
  // A program that has passed once comes up beside others too.
  if (!failedBefore) beginAsides(newScenario)
  return record
}

/** The test that runs now. */
export function scenario(): Scenario {
  const running = asideScenario() ?? current
  if (!running) throw new HarnessFault('a harness verb was used outside a test')
  return running
}

/** One test: its deadline, its randomness, its conversation, and the ends of all that it started. */
export class Scenario {
  readonly conversation = new Conversation()
  readonly random: Random
  readonly subject: Setting['subject']
  readonly pool: Pool
  readonly scale: number
  /** Told with every failure while a conversation is played in many ways. */
  way: string | undefined
  #programs: Program[] = []
  #ends: (() => void)[] = []
  #checks: (() => Promise<void>)[] = []
  #failure: CheckFailure | undefined
  #deadline: number
  #deadlineMs: number
  #ownDelay = runDelayMs('self')
  #spun = false
  readonly #asleepMs: number
  readonly #hasty = failedBefore
  #cpuAtStart = 0
  #lookedAt = 0
  #released = false
  #sent = new Map<string, Buffer>()

  constructor(title: string, { seed, subject, scale }: Setting, ofPool: Pool) {
    this.random = new Random(seed, title)
    this.subject = subject
    this.scale = scale
    this.pool = ofPool
    this.#deadlineMs = DEADLINE_MS * scale
    this.#asleepMs = (this.#hasty ? ASLEEP_AGAIN_MS : ASLEEP_MS) * scale
    this.#deadline = performance.now() + this.#deadlineMs
  }

  /** Gives this test another deadline, in ms from now. */
  allow(ms: number): void {
    this.#deadlineMs = ms * this.scale
    this.#deadline = performance.now() + this.#deadlineMs
    this.#ownDelay = runDelayMs('self')
    this.#cpuAtStart = this.#look().cpu
  }

  /**
   * True when the test's time is over. The time for which a busy machine kept us or the program from running does not count, so
   * that a right program is not late for want of a processor; ten deadlines are the end in any case.
   */
  get isLate(): boolean {
    const over = performance.now() - this.#deadline
    if (over <= 0) return false
    const starved = runDelayMs('self') - this.#ownDelay + Math.max(0, ...this.#programs.map(delayOf))
    return over > starved || over > LAST_DEADLINES * this.#deadlineMs
  }

  /** Gives the rest of the test as much time as a whole one: for each way of playing a conversation. */
  startOver(): void {
    this.allow(this.#deadlineMs / this.scale)
  }

  /** The processes of the programs that the test started. */
  get pids(): number[] {
    return this.#programs.flatMap((program) => program.family())
  }

  /** Takes care of a program that the test started. */
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
    // One that runs beside others may still be starting something when the check is over.
    if (this.#released) end()
    else this.#ends.push(end)
  }

  /** Registers what has to hold when the test's own words are done. */
  atFinish(check: () => Promise<void>): void {
    this.#checks.push(check)
  }

  async finish(): Promise<void> {
    // Also one that nobody waited for, such as that of a send beside the test's own words.
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

  /**
   * Waits for `change`. Resolves with 'still' when the programs have done nothing for so long that they never will,
   * and with 'late' at the test's deadline, or when they have been busy for half as long as that.
   */
  async patiently(change: Promise<unknown>): Promise<'changed' | 'still' | 'late'> {
    let changed = false
    const happened = change.then(() => {
      changed = true
    })
    let awake = { at: performance.now(), cpu: Number.NEGATIVE_INFINITY, looks: 0 }
    let cpuBefore: number | undefined
    while (!changed) {
      const patience = new AbortController()
      await Promise.race([happened, delay(LOOK_MS, patience.signal)])
      patience.abort()
      // One more turn of the event loop: what has come in by now counts.
      await nextTurn()
      // What comes in drops never has a wait last until its first look: the time between looks runs on from one wait to the next.
      if (changed && performance.now() - this.#lookedAt < LOOK_MS) break
      this.#lookedAt = performance.now()
      if (this.isLate) return 'late'
      if (!hasProc || this.#programs.length === 0) continue
      const { alive, cpu, asleep } = this.#look()
      cpuBefore ??= this.#hasty ? this.#cpuAtStart : cpu
      this.#spun = cpu - cpuBefore > this.#mostBusyMs
      if (this.#spun) return 'late'
      if (changed) break
      const restful = cpu - awake.cpu <= IDLE_SHARE * (performance.now() - awake.at)
      if (!restful || !asleep) awake = { at: performance.now(), cpu, looks: 0 }
      awake.looks += 1
      if (alive === 0 && awake.looks >= LOOKS_AT_THE_DEAD) return 'still'
      if (awake.looks >= LOOKS && performance.now() - awake.at > this.#asleepMs) return 'still'
    }
    return 'changed'
  }

  /** What the programs are doing. */
  #look(): { alive: number; cpu: number; asleep: boolean } {
    const looks = this.#programs.filter((program) => !program.exit).map((program) => program.activity())
    const cpu = looks.reduce((sum, look) => sum + look.cpu, 0)
    return { alive: looks.length, cpu, asleep: looks.every((look) => look.asleep) }
  }

  get #mostBusyMs(): number {
    return (this.#hasty ? MOST_BUSY_AGAIN : MOST_BUSY) * this.#deadlineMs
  }

  /** Waits until the program has nothing to do. */
  async untilIdle(program: Program): Promise<void> {
    await untilCalm(() => (program.exit ? [] : [program]), this.#deadlineMs)
  }

  /** "for 1 s" or "for 10 s": how long we waited in vain; CPU time where the program spun. */
  waited(outcome: 'still' | 'late'): string {
    if (outcome === 'late' && this.#spun) {
      return `${Math.round(this.#mostBusyMs / 1000)} s of CPU time, in which it never rested`
    }
    const ms = outcome === 'still' ? this.#asleepMs : this.#deadlineMs
    return `${ms < 1000 ? (ms / 1000).toFixed(1) : Math.round(ms / 1000)} s`
  }

  /**
   * The failure, ready to be thrown; `part` is what came before it, for a sentence that ends otherwise. Where a program died in the meantime, that is the better story: a dying process closes its
   * connections first, so its end is waited for, until it is gone or plainly alive.
   */
  async failed(
    failure: Omit<Failure, 'message'> & { should: string; but: string; part?: string },
  ): Promise<CheckFailure> {
    const { should, but, part, ...rest } = failure
    const dead = rest.code === 'wrong-bytes' ? undefined : await this.#obituary()
    const way = this.way ? `, ${this.way},` : ''
    const message = `The ${this.subject}${way} should ${should}, but ${dead ? [part, deathText(dead)].filter(Boolean).join(' and then ') : but}.`
    this.#failure ??= new CheckFailure({ ...rest, code: dead ? 'exited' : rest.code, message })
    return this.#failure
  }

  async #obituary(): Promise<Program | undefined> {
    const alive = () => this.#programs.filter((program) => !program.exit && !program.mayExit)
    if (hasProc) await untilCalm(alive, OBITUARY_MS * this.scale, OBITUARY_LOOK_MS)
    return this.#programs.find((program) => program.exit && !program.mayExit)
  }
}

/** "exited with code 1", "was killed by SIGSEGV". */
export function exitText({ code, signal, error }: Exit): string {
  if (error) return `could not be started: ${error}`
  return signal ? `was killed by ${signal}` : `exited with code ${code}`
}

function deathText(program: Program): string {
  const lines = program
    .printed('stderr')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('Node.js v') && !line.startsWith('at '))
  const last = lines.find((line) => /^\w*(Error|Exception)\b.*:/.test(line)) ?? lines.at(-1)
  const exit = program.exit ? exitText(program.exit) : 'is gone'
  return `its process ${exit}${last ? `: ${quote(last, 120).slice(1, -1)}` : ''}`
}

function delayOf({ pid }: Program): number {
  return pid === undefined ? 0 : runDelayMs(pid)
}
