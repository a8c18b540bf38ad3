import { AsyncLocalStorage } from 'node:async_hooks'
import { CheckFailure, HarnessFault } from './failure.ts'
import type { Known } from './known.ts'
import { type Body, isPatient } from './meanwhile.ts'
import { DEADLINE_MS } from './patience.ts'
import { Pool } from './pool.ts'
import { Scenario, type TestRecord } from './scenario.ts'
import type { Setting } from './setting.ts'

/**
 * How many tests begin before their turn once one has failed. Most of those left wait for something
 * that will not come.
 */
const AT_ONCE = 4
/** How many of the tests that mostly wait run at once: more would make each other late. */
const PATIENT_AT_ONCE = 6

/** A test that has begun before its turn, and runs beside others. */
interface EarlyTest {
  scenario: Scenario
  /** How it ended; reported at its turn. */
  outcome: Promise<void>
  /** How long it took, once it has ended. */
  ms?: number
}

/** The test whose turn it is. */
interface Turn {
  title: string
  scenario: Scenario
  early: EarlyTest | undefined
}

let running: RunningCheck | undefined
/** The scenario of a test that runs beside others. */
const scenarios = new AsyncLocalStorage<Scenario>()

/** Gets ready to run the tests of one check, and starts the first process ahead. */
export async function openCheck(setting: Setting): Promise<RunningCheck> {
  running = new RunningCheck(setting)
  await running.prepare()
  return running
}

/** The check that runs now. */
export function runningCheck(): RunningCheck | undefined {
  return running
}

/** Ends every process left of the check that runs now. */
export async function closeCheck(): Promise<void> {
  await running?.close()
  running = undefined
}

/** The scenario of the test that calls this. */
export function scenario(): Scenario {
  const asking = scenarios.getStore() ?? running?.scenario
  if (!asking) throw new HarnessFault('a harness verb was used outside a test')
  return asking
}

/**
 * A check whose tests run: whose turn it is, what has begun before its turn, and how those that
 * have ended went.
 */
export class RunningCheck {
  readonly #setting: Setting
  readonly #pool: Pool
  /** The tests that have not begun, by title, in the order of the file. */
  readonly #bodies = new Map<string, Body>()
  /** Those that have begun and whose turn has not come. */
  readonly #early = new Map<string, EarlyTest>()
  readonly #records = new Map<string, TestRecord>()
  #declared = 0
  /** For how long its tests have run, in ms, not counting what a busy machine took. */
  #spentMs = 0
  #turn: Turn | undefined
  readonly #known: Known = { failed: false, spins: false }

  constructor(setting: Setting) {
    this.#setting = setting
    const isDebugged = setting.launch.inspect !== undefined
    const known = this.#isWhole && !setting.sparing ? Number.POSITIVE_INFINITY : 1
    const ahead = setting.subject === 'client' || isDebugged ? 0 : known
    this.#pool = new Pool(setting.launch, ahead, DEADLINE_MS * setting.scale, this.#known)
  }

  prepare(): Promise<void> {
    return this.#pool.prepare()
  }

  /** The scenario of the test whose turn it is. */
  get scenario(): Scenario | undefined {
    return this.#turn?.scenario
  }

  /** How many tests the files of this check have, run or not. */
  get declared(): number {
    return this.#declared
  }

  /** What is known of a test that has ended. */
  recordOf(title: string): TestRecord | undefined {
    return this.#records.get(title)
  }

  /** True if this check has to run the test of this title at all. */
  isAsked(title: string): boolean {
    const { only = title, except = [] } = this.#setting
    return title === only && !except.includes(title)
  }

  /** True once a test has failed and the rest are not wanted. */
  get isOver(): boolean {
    return this.#known.failed && this.#setting.bail === true
  }

  /** Registers a test, with its body. */
  declareTest(title: string, body: Body): void {
    this.#bodies.set(title, body)
  }

  /** Sets how many tests a file has, so that no process is started in vain. */
  expectTests(count: number): void {
    this.#declared += count
    if (this.#setting.subject === 'server' && this.#isWhole) this.#pool.expect(count)
  }

  /**
   * Begins a test: from here on `scenario()` is its state. If it has begun before its turn, returns
   * its outcome, and its body must not run again.
   */
  beginTest(title: string): Promise<void> | undefined {
    const early = this.#early.get(title)
    const isOverspent = !early && this.#isOverspent
    this.#early.delete(title)
    this.#bodies.delete(title)
    this.#turn = { title, scenario: early?.scenario ?? this.#newScenario(title), early }
    if (this.isAsked(title)) this.#setting.onTurn?.(title)
    return isOverspent ? this.#overspent() : early?.outcome
  }

  /** Ends a test: ends what it started, and fails it if bytes were left unread. */
  async endTest(): Promise<void> {
    const ended = scenario()
    try {
      await ended.finish()
    } finally {
      this.#spentMs += ended.spentMs
      ended.release()
    }
  }

  /** The record of the test that ran last; closes that record. */
  takeRecord(failed = false): TestRecord {
    if (!this.#turn) throw new HarnessFault('no test has begun')
    const { title, scenario, early } = this.#turn
    const record = { ...scenario.toRecord(), ...(early?.ms !== undefined && { ms: early.ms }) }
    this.#turn = undefined
    this.#records.set(title, record)
    this.#known.failed ||= failed
    if (!this.#known.failed) this.#beginPatient()
    else if (!this.#setting.sparing && !this.isOver) this.#goOnTogether()
    return record
  }

  /** Ends every process that is left, and every test begun for a turn that did not come. */
  async close(): Promise<void> {
    this.#bodies.clear()
    for (const { scenario } of this.#early.values()) scenario.release()
    this.#early.clear()
    await this.#pool.close()
  }

  get #isOverspent(): boolean {
    const { budgetMs = Number.POSITIVE_INFINITY } = this.#setting
    return this.#known.failed && this.#spentMs > budgetMs
  }

  /** The outcome of a test for which no time is left. */
  #overspent(): Promise<void> {
    const { subject, budgetMs = 0 } = this.#setting
    const message = `The ${subject} should have time left for this test, but those before it took ${Math.round(budgetMs / 1000)} s.`
    const outcome = Promise.reject(new CheckFailure({ code: 'no-time', message }))
    // It is reported when the test is run, a moment later.
    outcome.catch(() => {})
    return outcome
  }

  /** True if all tests are run. A test that failed before will most likely fail first again. */
  get #isWhole(): boolean {
    return this.#setting.only === undefined && this.#setting.except === undefined
  }

  #newScenario(title: string): Scenario {
    return new Scenario(title, this.#setting, this.#pool, this.#known)
  }

  /** Begins the tests that mostly wait, this many at a time, and the next when one has ended. */
  #beginPatient(): void {
    for (const [title, body] of this.#bodies) {
      const running = [...this.#early.values()].filter(({ ms }) => ms === undefined).length
      if (this.#known.failed || running >= PATIENT_AT_ONCE) return
      if (isPatient(body)) this.#begin(title, body, () => this.#beginPatient())
    }
  }

  /**
   * Begins tests before their turn, as soon as it is known that the programs do not get in each
   * other's way.
   */
  #goOnTogether(): void {
    if (!this.#pool.runBesideEachOther) return void this.#pool.lookBeside()
    for (const [title, body] of this.#bodies) {
      if (this.#early.size >= AT_ONCE) return
      if (!isPatient(body)) this.#begin(title, body)
    }
  }

  /** Everything the body does belongs to the scenario that it gets here. */
  #begin(title: string, body: Body, next = () => {}): void {
    const start = performance.now()
    const scenario = this.#newScenario(title)
    const early: EarlyTest = { scenario, outcome: scenarios.run(scenario, body) }
    this.#bodies.delete(title)
    this.#early.set(title, early)
    const end = () => {
      early.ms = performance.now() - start
      next()
    }
    // It is reported at its turn, which never comes if the check ends first.
    early.outcome.then(end, end)
  }
}
