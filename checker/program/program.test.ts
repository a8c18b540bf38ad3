import { once } from 'node:events'
import { tmpdir } from 'node:os'
import type { Exit } from './exit.ts'
import { Program } from './program.ts'

const SERVER = "process.on('SIGTERM', () => process.exit(7)); setInterval(() => {}, 1000); console.log('up')"
const NODE = `"${process.execPath}"`

/** How a command of the learner's ends when it gets SIGTERM once it is up. */
async function exitAtSigterm(command: string): Promise<Exit> {
  const launch = { command, args: [], shell: true, cwd: tmpdir(), tmp: tmpdir() }
  const program = new Program(launch, { host: '127.0.0.1', port: 0 }, {})
  await once(program.streams.stdout, 'data')
  program.signal('SIGTERM')
  const exit = await program.exited
  await program.stop({ force: true })
  return exit
}

test.each([
  ['a command', `${NODE} -e "${SERVER}"`],
  ['a command with a variable', `LEVEL=1 ${NODE} -e "${SERVER}"`],
  ['the last of two commands', `true && ${NODE} -e "${SERVER}"`],
  ['a command that takes the place of the shell', `exec ${NODE} -e "${SERVER}"`],
])('a signal is for the program, not for the shell that starts it: %s', async (_, command) => {
  expect(await exitAtSigterm(command)).toEqual({ code: 7, signal: null })
})

test('a program that a signal killed is told from one that has exited, behind a shell, too', async () => {
  const deaf = SERVER.replace(/^.*?; /, '')

  expect(await exitAtSigterm(`${NODE} -e "${deaf}"`)).toEqual({ code: null, signal: 'SIGTERM' })
})
