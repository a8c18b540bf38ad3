import { tmpdir } from 'node:os'
import { after, test as nodeTest } from 'node:test'
import * as harness from '../harness/index.ts'
import { beginTest, closeSetting, endTest, openSetting, takeRecord } from '../harness/setting.ts'

/** Gives a hidden test what Jest and our environment give it, under node's own test runner. */
const program = process.env.BENCH_PROGRAM ?? ''
const launch = {
  command: process.execPath,
  args: ['--enable-source-maps', program],
  cwd: tmpdir(),
  tmp: tmpdir(),
}

await openSetting({ launch, seed: 1, subject: 'server', scale: 1 })
after(closeSetting)

Object.assign(globalThis, {
  acceptLoop: { ...harness, endTest },
  afterEach: () => {},
  test: (title: string, body: () => Promise<void>) =>
    nodeTest(title, async () => {
      beginTest(title)
      try {
        await body()
        await endTest()
      } finally {
        takeRecord()
      }
    }),
})
