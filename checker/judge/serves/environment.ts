import { createRequire } from 'node:module'
import type { EnvironmentContext, JestEnvironmentConfig } from '@jest/environment'
import type { Circus } from '@jest/types'
import { TestEnvironment } from 'jest-environment-node'
import { CheckFailure } from '../../harness/failure.ts'
import * as harness from '../../harness/index.ts'
import { closeCheck, type RunningCheck, runningCheck } from '../../harness/running-check.ts'

/** Loads the client libraries that tests drive. */
const require = createRequire(import.meta.url)

/** Jest's environment for the hidden tests: Node's own, with the harness on its global object. */
export default class Environment extends TestEnvironment {
  readonly #testPath: string
  readonly #root: string
  #tests = 0
  #own = false
  #check: RunningCheck | undefined

  constructor(config: JestEnvironmentConfig, context: EnvironmentContext) {
    super(config, context)
    this.#testPath = context.testPath
    this.#root = config.globalConfig.rootDir
  }

  override async setup(): Promise<void> {
    await super.setup()
    let check = runningCheck()
    if (!check) {
      // Run by `npx jest` or an editor, not by the judge: the program is the learner's own file.
      const { openOwnFile } = await import('./own-file.ts')
      check = await openOwnFile(this.#root, this.#testPath)
      this.#own = true
    }
    this.#check = check
    Object.assign(this.global, { acceptLoop: { ...harness, endTest: () => check.endTest(), require } })
  }

  override async teardown(): Promise<void> {
    if (this.#own) await closeCheck()
    await super.teardown()
  }

  /** Jest calls this with every event of a test; hooks run between a test's start and its end. */
  handleTestEvent = (event: Circus.Event): void => {
    const check = this.#check
    if (!check) return
    if (event.name === 'add_test' && check.isAsked(event.testName)) {
      this.#tests += 1
      if (event.mode === undefined) check.declareTest(event.testName, event.fn as () => Promise<void>)
    }
    if (event.name === 'run_start') check.expectTests(this.#tests)
    if (event.name === 'test_start') {
      if (check.isOver || !check.isAsked(event.test.name)) event.test.mode = 'skip'
      else {
        const outcome = check.beginTest(event.test.name)
        if (outcome) event.test.fn = () => outcome
      }
    }
    if (event.name === 'test_fn_failure' && event.error instanceof CheckFailure) {
      // The verdict shows what happened on the wire, not where in our test: Jest would map each
      // line of the stack back to its source.
      event.error.stack = this.#own ? withoutHarness(event.error) : `${event.error}`
    }
    // The end of a test throws its failure again.
    if (event.name === 'hook_failure' && this.#own) dropRepeated(event.test)
    if (event.name === 'test_done') check.takeRecord(event.test.errors.length > 0)
  }
}

/**
 * Where an error was thrown, without our own lines: an editor shows the line of the hidden test, if
 * Node knows it.
 */
function withoutHarness(error: Error): string {
  const lines = (error.stack ?? `${error}`).split('\n')
  return lines.filter((line) => !/^ +at .*[/\\]checker[/\\]/.test(line)).join('\n')
}

function dropRepeated(test: Circus.TestEntry | undefined): void {
  const errors = test?.errors ?? []
  const thrown = (entry: Circus.TestError) => (Array.isArray(entry) ? entry[0] : entry)
  const last = errors.at(-1)
  if (errors.slice(0, -1).some((entry) => thrown(entry) === thrown(last))) errors.pop()
}
