import { resolve } from 'node:path'
import { CommanderError } from 'commander'
import { Unsupported } from '../errors/platform.ts'
import { refusalOf } from '../errors/refusal.ts'
import { UsageError } from '../errors/usage.ts'
import { endFirstJudge } from '../judge/asks/first-judge.ts'
import { fitted } from '../terminal/fitted.ts'
import { commands } from './index.ts'
import { withNpmFlags } from './npm-flags.ts'

const root = resolve(import.meta.dirname, '../..')
const OK = 0
const USAGE = 2
const OUR_FAULT = 3
/** The exit code that shells report for a program ended by SIGPIPE. */
const READER_GONE = 141

/** Runs one command and returns its exit code. */
async function main(): Promise<number> {
  const program = commands(root, (code) => {
    process.exitCode = code
  })
  process.exitCode = OK
  await program.parseAsync(withNpmFlags(process.argv.slice(2), program, process.env), { from: 'user' })
  return Number(process.exitCode)
}

// `npm run list | head`, or a terminal that was closed: nothing reads the rest.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE' || code === 'EIO') process.exit(READER_GONE)
  })
}

try {
  process.exitCode = await main()
} catch (error) {
  process.exitCode = explain(error)
} finally {
  endFirstJudge()
}

function explain(error: unknown): number {
  // Commander has printed its own message, with similar names.
  if (error instanceof CommanderError) return error.exitCode === 0 ? OK : USAGE
  if (error instanceof UsageError) {
    console.error(fitted(error.message))
    return USAGE
  }
  if (error instanceof Unsupported) {
    console.error(fitted(error.message))
    return OUR_FAULT
  }
  const refusal = refusalOf(error)
  if (refusal !== undefined) {
    console.error(fitted(refusal))
    return OUR_FAULT
  }
  console.error(
    fitted(
      'The checker itself failed; this is not about your code. Please report it with the lines below.\n',
    ),
  )
  console.error(error)
  return OUR_FAULT
}
