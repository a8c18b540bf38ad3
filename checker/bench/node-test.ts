import { tmpdir } from 'node:os'
import { after, test as nodeTest } from 'node:test'
import * as harness from '../harness/index.ts'
import { closeCheck, openCheck } from '../harness/running-check.ts'

/** Gives a hidden test what Jest and our environment give it, under Node's own test runner. */
const program = process.env.BENCH_PROGRAM ?? ''
const launch = {
  command: process.execPath,
  args: ['--enable-source-maps', program],
  cwd: tmpdir(),
  tmp: tmpdir(),
}

const check = await openCheck({ launch, seed: 1, subject: 'server', scale: 1 })
after(closeCheck)

Object.assign(globalThis, {
  acceptLoop: { ...harness, endTest: () => check.endTest() },
  afterEach: () => {},
  test: (title: string, body: () => Promise<void>) =>
    nodeTest(title, async () => {
      check.beginTest(title)
      try {
        await body()
        await check.endTest()
      } finally {
        check.takeRecord()
      }
    }),
})
