import { AsyncLocalStorage } from 'node:async_hooks'
import type { Scenario } from './scenario.ts'

type Body = () => Promise<void>

/** Bodies that may run beside other tests, and what became of those that do. */
const bodies = new WeakMap<object, { body: Body; outcome?: Promise<void> }>()
/** The tests of this check that may, by title, as Jest was given them. */
const declared = new Map<string, object>()
/** The scenarios of those that have begun and whose turn has not come. */
const begun = new Map<string, Scenario>()
const scenarios = new AsyncLocalStorage<Scenario>()

/**
 * The body of a test that waits for time to pass, such as a second until a value is forgotten, or for a program that has much to do, such as 256 MiB to
 * count. It begins when the first test has passed, with a process of its own as every test, and the others run meanwhile; its verdict is told at its turn. Once a test has failed, none begins early.
 */
export function meanwhile(body: Body): Body {
  const entry: { body: Body; outcome?: Promise<void> } = { body }
  const atItsTurn = () => entry.outcome ?? body()
  bodies.set(atItsTurn, entry)
  return atItsTurn
}

/** Says that there is a test, with what Jest was given as its body. */
export function declareTest(title: string, body: object): void {
  if (bodies.has(body)) declared.set(title, body)
}

/** Begins the tests that may run beside others: all that one does belongs to the scenario that it is given here. */
export function beginAsides(newScenario: (title: string) => Scenario): void {
  for (const [title, key] of declared) {
    const entry = bodies.get(key)
    if (!entry) continue
    const scenario = newScenario(title)
    begun.set(title, scenario)
    entry.outcome = scenarios.run(scenario, entry.body)
    // It is told at its turn, which never comes where the check ends before.
    entry.outcome.catch(() => {})
  }
  declared.clear()
}

/** The scenario of a test whose turn has come, where it has begun before. */
export function takeAside(title: string): Scenario | undefined {
  const scenario = begun.get(title)
  begun.delete(title)
  declared.delete(title)
  return scenario
}

/** Ends what was begun for a turn that did not come. */
export function endAsides(): void {
  declared.clear()
  for (const scenario of begun.values()) scenario.release()
  begun.clear()
}

/** The scenario of the test that asks, where it runs beside others. */
export function asideScenario(): Scenario | undefined {
  return scenarios.getStore()
}
