import type { Launch } from '../program/launch.ts'
import type { Subject } from '../program/subject.ts'
import { HarnessFault } from './failure.ts'
import { type Aside, asideScenario, beginNext, beginPatient, endAsides, takeAside } from './meanwhile.ts'
import { DEADLINE_MS } from './patience.ts'
import { Pool } from './pool.ts'
import { Scenario, type TestRecord } from './scenario.ts'

/** Everything that the tests of one check share. */
export interface Setting {
  launch: Launch
  seed: number
  /** The learner writes a server or a client: the subject of every sentence. */
  subject: Subject
  /** 1 on a machine of today, more on a slower one: all deadlines are multiplied by it. */
  scale: number
  /** Ends the check at the first test that fails. */
  bail?: boolean
  /** Title of the one test that is run, where nobody asks for the others. */
  only?: string
  /** Titles of tests that are not run. */
  except?: readonly string[]
  /** Starts one process ahead until it is known how many tests there are: what a greedy program takes, it takes once. */
  sparing?: boolean
}

/** Once a test has failed: how many begin before their turn. Most of what is left waits for what will not come. */
const AT_ONCE = 4

let setting: Setting | undefined
let pool: Pool | undefined
let current: Scenario | undefined
let aside: Aside | undefined
/** True once a test of this check has failed: what is left can be told faster. */
let failedBefore = false

/** Gets ready to run the tests of one check, and starts the first process ahead. */
export async function openSetting(next: Setting): Promise<void> {
  setting = next
  const known = isWhole(next) && !next.sparing ? Number.POSITIVE_INFINITY : 1
  pool = new Pool(next.launch, next.subject === 'client' ? 0 : known, DEADLINE_MS * next.scale)
  failedBefore = false
  await pool.prepare()
}

/** True where this check has to run the test of this title at all. */
export function isAsked(title: string): boolean {
  const { only = title, except = [] } = setting ?? {}
  return title === only && !except.includes(title)
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

/** Says how many tests there are, so that no process is started for nobody. */
export function expectTests(count: number): void {
  if (setting?.subject === 'server' && isWhole(setting)) pool?.expect(count)
}

/** True where all tests are run. Of those that failed before the first is most likely the last. */
function isWhole({ only, except }: Setting): boolean {
  return only === undefined && except === undefined
}

/** Begins a test: from here on `scenario()` is its state. What became of it, where it has begun before its turn: then its body must not run again. */
export function beginTest(title: string): Promise<void> | undefined {
  aside = takeAside(title)
  current = aside?.scenario ?? newScenario(title)
  return aside?.outcome
}

function newScenario(title: string): Scenario {
  if (!setting || !pool) throw new HarnessFault('a test began before the harness was told what to start')
  return new Scenario(title, setting, pool, failedBefore)
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
  const record = { ...scenario().toRecord(), ...(aside?.ms !== undefined && { ms: aside.ms }) }
  current = undefined
  if (!failedBefore) beginPatient(newScenario)
  else if (!setting?.sparing && !isOver()) goOnTogether()
  return record
}

/** Begins tests before their turn, as soon as it is known that the programs do not get into each other's way. */
function goOnTogether(): void {
  if (pool?.runBesideEachOther) beginNext(newScenario, AT_ONCE)
  else void pool?.lookBeside()
}

/** The test that runs now. */
export function scenario(): Scenario {
  const running = asideScenario() ?? current
  if (!running) throw new HarnessFault('a harness verb was used outside a test')
  return running
}
