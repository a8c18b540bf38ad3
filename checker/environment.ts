import type { Circus } from '@jest/types'
import { TestEnvironment } from 'jest-environment-node'
import * as harness from './harness/index.ts'
import { beginTest, endTest, expectTests, takeRecord } from './harness/scenario.ts'
import { keepRecord } from './records.ts'

/** Jest's environment of the hidden tests: Node's own, with the harness on its global object. */
export default class Environment extends TestEnvironment {
  #tests = 0

  override async setup(): Promise<void> {
    await super.setup()
    Object.assign(this.global, { acceptLoop: { ...harness, endTest } })
  }

  /** Told by Jest of everything that happens to a test; hooks run between the start and the end of one. */
  handleTestEvent = (event: Circus.Event): void => {
    if (event.name === 'add_test') this.#tests += 1
    if (event.name === 'run_start') expectTests(this.#tests)
    if (event.name === 'test_start') beginTest(event.test.name)
    if (event.name === 'test_done') keepRecord(event.test.name, takeRecord())
  }
}
