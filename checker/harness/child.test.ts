import { startServer } from './index.ts'
import { beginTest, closeSetting, endTest, openSetting } from './setting.ts'

/** Runs a program that is expected to exit with 1 and one line, and says what the harness thought of it. */
async function exitOf(program: string): Promise<string | undefined> {
  const launch = { command: process.execPath, args: ['-e', program], cwd: process.cwd(), tmp: '/tmp' }
  await openSetting({ launch, seed: 1, subject: 'server', scale: 1 })
  beginTest('a test')
  try {
    const server = await startServer({ wait: 'exit' })
    await server.expectExit(1, { stderr: [/in use/] })
    return undefined
  } catch (error) {
    return (error as Error).message
  } finally {
    await endTest().catch(() => {})
    await closeSetting()
  }
}

const SAYS_WHY = "console.error('port 4000 is in use'); process.exitCode = 1"

test('one line on stderr is one line', async () => {
  expect(await exitOf(SAYS_WHY)).toBeUndefined()
  expect(await exitOf(`console.error('starting'); ${SAYS_WHY}`)).toMatch('it printed 2 lines')
})

test("Node's own warnings are none of the program's lines", async () => {
  expect(await exitOf(`process.emitWarning('new', 'ExperimentalWarning'); ${SAYS_WHY}`)).toBeUndefined()
})
