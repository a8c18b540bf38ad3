/**
 * `#harness` as hidden tests see it inside Jest: the same names as index.ts. The harness itself
 * runs outside, in Node's own realm, where the environment has put it on the test's global object.
 */
import type * as harness from './index.ts'

const { acceptLoop } = globalThis as unknown as {
  acceptLoop: typeof harness & { endTest: () => Promise<void> }
}

export const {
  startServer,
  startClient,
  listen,
  holdPort,
  everyWay,
  oneAfterAnother,
  untilDropped,
  untilFull,
  askUntil,
  meanwhile,
  expectDone,
  expectRejected,
  inTime,
  inSteps,
  flood,
  makeFolder,
  expectSame,
  expectThat,
  runProgram,
  random,
  allow,
} = acceptLoop

// The end of a test: what it started is ended, and unread bytes fail it.
afterEach(() => acceptLoop.endTest())
