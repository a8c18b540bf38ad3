import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { UsageError } from '../errors/usage.ts'
import { isCompileError } from '../judge/prepares/compile.ts'
import { toLaunch } from '../judge/prepares/launch.ts'
import { openRunFolder } from '../judge/prepares/run-folder.ts'
import { renderCompileError } from '../report/source.ts'
import { fittedRow } from '../terminal/fitted.ts'
import { viewOf } from '../terminal/view.ts'
import type { Setup } from './learner.ts'
import { busyPort } from './port.ts'
import { commandToTry } from './try-it.ts'
import { exitWords } from './words.ts'

const OK = 0
const INTERRUPTED = 130
/** Time between SIGTERM and SIGKILL. */
const GRACE_MS = 1000
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * The learner's program alone, with this terminal or pipe as its input and output, until it ends or
 * Ctrl-C.
 */
export async function playAlone(setup: Setup): Promise<number> {
  const { root, exercise, program: runnable, cwd, file, shown, address } = setup
  const { host, port } = address
  const folder = openRunFolder(root)
  const { tmp } = folder
  const launch = await toLaunch(runnable, { into: join(folder.path, 'program'), cwd, tmp })
  if (isCompileError(launch)) {
    const place = renderCompileError(launch, file?.shown ?? shown, viewOf(process.stderr, process.env))
    throw new UsageError(`${launch.message}\n${place}`)
  }
  console.log(fittedRow('', `${shown} runs with HOST=${host} PORT=${port}. Ctrl-C quits.`))
  console.log(
    exercise.subject === 'client'
      ? `First, in another terminal: nc -l ${host} ${port}`
      : `In another terminal: ${commandToTry(exercise, host, port)}`,
  )
  const program = spawn(launch.command, launch.args, {
    cwd,
    shell: launch.shell ?? false,
    env: { ...process.env, TMPDIR: tmp, HOST: host, PORT: `${port}` },
    stdio: 'inherit',
  })
  const { words, asked } = await untilEnd(program)
  console.log(`The ${exercise.subject} ${words}.`)
  const busy =
    !asked && exercise.subject === 'server' && (await busyPort(host, port, `npm run play ${exercise.number}`))
  if (busy) console.log(fittedRow('', busy))
  return asked ? INTERRUPTED : OK
}

/** How the program ended, and whether that was requested. */
function untilEnd(program: ChildProcess): Promise<{ words: string; asked: boolean }> {
  let killing: NodeJS.Timeout | undefined
  const end = () => {
    program.kill('SIGTERM')
    killing ??= setTimeout(() => program.kill('SIGKILL'), GRACE_MS)
  }
  for (const signal of SIGNALS) process.on(signal, end)
  return new Promise((resolve) => {
    const settle = (words: string) => {
      for (const signal of SIGNALS) process.off(signal, end)
      clearTimeout(killing)
      resolve({ words, asked: killing !== undefined })
    }
    program.on('exit', (code, signal) => settle(exitWords({ code, signal })))
    program.on('error', ({ message }) => settle(exitWords({ code: null, signal: null, error: message })))
  })
}
