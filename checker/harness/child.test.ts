import { serverLaunch } from '../testing/servers.ts'
import { startServer } from './index.ts'
import { closeCheck, openCheck } from './running-check.ts'

/**
 * Runs a small server that should exit with 1 and one line, and returns what the harness thought of
 * it.
 */
async function exitOf(name: string): Promise<string | undefined> {
  const check = await openCheck({ launch: serverLaunch(name), seed: 1, subject: 'server', scale: 1 })
  check.beginTest('a test')
  try {
    const server = await startServer({ wait: 'exit' })
    await server.expectExit(1, { stderr: [/in use/] })
    return undefined
  } catch (error) {
    return (error as Error).message
  } finally {
    await check.endTest().catch(() => {})
    await closeCheck()
  }
}

test('one line on stderr is one line', async () => {
  expect(await exitOf('says that its port is in use')).toBeUndefined()
  expect(await exitOf('says more than that')).toMatch('it printed 2 lines')
})

test("Node's own warnings are none of the program's lines", async () => {
  expect(await exitOf('warns')).toBeUndefined()
})
