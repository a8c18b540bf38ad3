import { createInterface } from 'node:readline'
import { UsageError } from '../errors/usage.ts'
import { viewOf, wrap } from './view.ts'

const INTERRUPTED = 130

/**
 * Asks a question; only a typed yes counts as true. If this is not an interactive terminal, throws
 * a usage error that names the flag that answers.
 */
export async function confirm(question: string, flag: string): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    throw new UsageError(`${question} Not an interactive terminal: add ${flag} to confirm.`)
  }
  const lines = createInterface({ input: process.stdin, output: process.stdout })
  // So that the shell's prompt begins on a new line.
  lines.on('SIGINT', () => {
    process.stdout.write('\n')
    process.exit(INTERRUPTED)
  })
  const answer = await new Promise<string>((resolve) => {
    // Ctrl-D ends the input, which is not a yes.
    lines.on('close', () => {
      process.stdout.write('\n')
      resolve('')
    })
    lines.question(wrap(`${question} (y/N) `, viewOf(process.stdout, process.env).width), (text) => {
      lines.removeAllListeners('close')
      resolve(text)
    })
  })
  lines.close()
  return /^y(es)?$/i.test(answer.trim())
}
