import { createInterface } from 'node:readline/promises'
import { UsageError } from './usage.ts'

const INTERRUPTED = 130

/**
 * Asks a question that only a typed yes answers with true. Where nobody is there to be asked it is a usage error that names
 * the flag that answers.
 */
export async function confirm(question: string, flag: string): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    throw new UsageError(`${question} There is nobody to ask here: add ${flag} to say yes.`)
  }
  const lines = createInterface({ input: process.stdin, output: process.stdout })
  lines.on('SIGINT', () => {
    lines.close()
    process.exit(INTERRUPTED)
  })
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} (y/N) `)).trim())
  } finally {
    lines.close()
  }
}
