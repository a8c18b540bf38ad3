import { Command } from 'commander'
import { refuseElsewhere } from '../errors/platform.ts'
import { UsageError } from '../errors/usage.ts'
import { addForAuthors } from './for-authors.ts'
import { addForFacilitators } from './for-facilitators.ts'
import { addForLearners } from './for-learners.ts'
import { layout, output } from './help.ts'
import { takeOneValue } from './one-value.ts'

/** The commands by name; the code of each is loaded only when it is called. */
export function commands(root: string, done: (code: number) => void): Command {
  const program = new Command('npm run')
    .description('Learn how servers work by writing them.')
    .exitOverride()
    .helpCommand(false)
    .configureOutput(output)
    .configureHelp(layout)
    .showHelpAfterError('(npm run list shows the exercises; README.md has the commands)')
    .hook('preAction', (_, command) => refuseElsewhere(command.name()))
    .hook('preAction', (_, command) => refuseMore(command))
  program.commandsGroup('For learners:')
  addForLearners(program, root, done)
  program.commandsGroup('For facilitators:')
  addForFacilitators(program, root, done)
  program.commandsGroup('For contributors:')
  addForAuthors(program, root, done)
  for (const command of program.commands) {
    command.exitOverride().allowExcessArguments()
    command.showHelpAfterError(`(npm run ${command.name()} -- --help lists its options)`)
    command.options.forEach(takeOneValue)
  }
  return program
}

/** Rejects words beyond those that a command takes: names them, and says what to do with each. */
function refuseMore(command: Command): void {
  const { args, registeredArguments: takes } = command
  const [argument] = takes
  if (argument?.variadic || args.length <= takes.length) return
  const name = `npm run ${command.name()}`
  if (argument === undefined)
    throw new UsageError(
      `${name} takes no arguments (got "${args.join(' ')}"). ${name} -- --help shows its options.`,
    )
  const each = args.map((word) => `  ${name} ${word}`)
  throw new UsageError(
    `${name} takes one ${argument.name()} at a time (got ${args.length}):\n${each.join('\n')}`,
  )
}
