import { spawn } from 'node:child_process'
import { buffer } from 'node:stream/consumers'
import { Missing } from './failure.ts'
import { scenario } from './running-check.ts'

/** What a program printed, and how it ended; `code` is null if a signal ended it. */
export interface Run {
  stdout: Buffer
  stderr: string
  code: number | null
}

/**
 * Runs a client program of the system, such as curl, until it ends. If it is not installed, the
 * test is skipped with a sentence; `should` is what the server has to do for it: "answer curl".
 */
export async function runProgram(
  [command, ...args]: readonly [string, ...string[]],
  should: string,
  input = '',
): Promise<Run> {
  const child = spawn(command, args, { stdio: 'pipe' })
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  scenario().atEnd(() => child.kill('SIGKILL'))
  const run = Promise.all([
    buffer(child.stdout),
    buffer(child.stderr),
    new Promise<number | null | Error>((resolve) => {
      child.once('error', resolve)
      child.once('exit', resolve)
    }),
  ])
  const waited = await scenario().patiently(run)
  if (waited !== 'changed') {
    const but = `${command} had no end of it after ${scenario().waited(waited)}`
    throw await scenario().failed({ code: 'silent', should, but })
  }
  const [stdout, stderr, code] = await run
  // Not instanceof: in Jest's realm Node's errors are not instances of Error.
  if (typeof code === 'object' && code !== null) throw new Missing(`${command} is not installed here`)
  return { stdout, stderr: stderr.toString(), code }
}
