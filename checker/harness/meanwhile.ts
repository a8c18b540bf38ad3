import { AsyncLocalStorage } from 'node:async_hooks'
import type { Scenario } from './scenario.ts'

type Body = () => Promise<void>

/** A test that runs beside others until its turn comes. */
export interface Aside {
  scenario: Scenario
  /** What became of it; told at its turn. */
  outcome: Promise<void>
  /** How long it took, once it has ended. */
  ms?: number
}

/** Bodies of tests that mostly wait. */
const patient = new WeakSet<object>()
/** The tests of this check that have not begun, by title, in the order of the file. */
const declared = new Map<string, Body>()
/** Those that have begun and whose turn has not come. */
const begun = new Map<string, Aside>()
const scenarios = new AsyncLocalStorage<Scenario>()

/**
 * The body of a test that waits for time to pass, such as a second until a value is forgotten, or for a program that has much to do, such as 256 MiB to
 * count. It begins when the first test has passed, with a process of its own as every test, and the others run meanwhile; its verdict is told at its turn. Once a test has failed, none begins early.
 */
export function meanwhile(body: Body): Body {
  patient.add(body)
  return body
}

/** Says that there is a test, with its body. */
export function declareTest(title: string, body: Body): void {
  declared.set(title, body)
}

/** Begins the tests that mostly wait: all that one does belongs to the scenario that it is given here. */
export function beginPatient(newScenario: (title: string) => Scenario): void {
  for (const [title, body] of declared) if (patient.has(body)) begin(title, body, newScenario(title))
}

/** Begins the next of the other tests, until so many have begun whose turn has not come. */
export function beginNext(newScenario: (title: string) => Scenario, most: number): void {
  for (const [title, body] of declared) {
    if (begun.size >= most) return
    if (!patient.has(body)) begin(title, body, newScenario(title))
  }
}

function begin(title: string, body: Body, scenario: Scenario): void {
  const start = performance.now()
  const aside: Aside = { scenario, outcome: scenarios.run(scenario, body) }
  declared.delete(title)
  begun.set(title, aside)
  const end = () => {
    aside.ms = performance.now() - start
  }
  // It is told at its turn, which never comes where the check ends before.
  aside.outcome.then(end, end)
}

/** A test whose turn has come, where it has begun before. */
export function takeAside(title: string): Aside | undefined {
  const aside = begun.get(title)
  begun.delete(title)
  declared.delete(title)
  return aside
}

/** Ends what was begun for a turn that did not come. */
export function endAsides(): void {
  declared.clear()
  for (const { scenario } of begun.values()) scenario.release()
  begun.clear()
}

/** The scenario of the test that asks, where it runs beside others. */
export function asideScenario(): Scenario | undefined {
  return scenarios.getStore()
}
