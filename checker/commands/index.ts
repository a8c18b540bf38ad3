import { Command, Help } from 'commander'
import { fitted } from '../fitted.ts'
import { refuseElsewhere } from '../platform.ts'
import { wrap } from '../report/view.ts'
import { UsageError } from '../usage.ts'
import { addForAuthors } from './for-authors.ts'
import { addForFacilitators } from './for-facilitators.ts'
import { addForLearners } from './for-learners.ts'

/** Columns that a name and its description need beside each other. */
const SIDE_BY_SIDE = 66

/** The commands, by name; each loads its own code only when it is called. */
export function commands(root: string, done: (code: number) => void): Command {
  const program = new Command('npm run')
    .description('Learn how servers work by writing them.')
    .exitOverride()
    .helpCommand(false)
    .configureOutput({ outputError: (text, write) => write(fitted(text)) })
    .configureHelp({ formatItem })
    .showHelpAfterError('(add --help for what there is)')
    .hook('preAction', (_, command) => refuseElsewhere(command.name()))
    .hook('preAction', (_, command) => refuseMore(command))
  program.commandsGroup('For learners:')
  addForLearners(program, root, done)
  program.commandsGroup('For facilitators:')
  addForFacilitators(program, root, done)
  program.commandsGroup('For those who change the course:')
  addForAuthors(program, root, done)
  for (const command of program.commands) command.exitOverride().allowExcessArguments()
  return program
}

/** A line of --help: where the terminal is narrow, what a name means stands below it. */
function formatItem(this: Help, term: string, termWidth: number, description: string, help: Help): string {
  const width = help.helpWidth ?? SIDE_BY_SIDE
  if (width >= SIDE_BY_SIDE) return Help.prototype.formatItem.call(help, term, termWidth, description, help)
  return [`  ${term}`, ...(description ? [wrap(description, width, '      ')] : [])].join('\n')
}

/** Words beyond what a command takes: names them, and says what to do with each. */
function refuseMore(command: Command): void {
  const { args, registeredArguments: takes } = command
  const [argument] = takes
  if (argument?.variadic || args.length <= takes.length) return
  const name = `npm run ${command.name()}`
  if (argument === undefined)
    throw new UsageError(
      `${name} takes no word, but got "${args.join(' ')}". ${name} -- --help says what it takes.`,
    )
  const each = args.map((word) => `  ${name} ${word}`)
  throw new UsageError(
    `${name} takes one ${argument.name()}, but got ${args.length}. One after the other:\n${each.join('\n')}`,
  )
}
