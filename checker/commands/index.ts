import { Command } from 'commander'
import { refuseElsewhere } from '../platform.ts'
import { addForAuthors } from './for-authors.ts'
import { addForFacilitators } from './for-facilitators.ts'
import { addForLearners } from './for-learners.ts'

/** The commands, by name; each loads its own code only when it is called. */
export function commands(root: string, done: (code: number) => void): Command {
  const program = new Command('npm run')
    .description('Learn how servers work by writing them.')
    .exitOverride()
    .helpCommand(false)
    .showHelpAfterError('(add --help for what there is)')
    .hook('preAction', (_, command) => refuseElsewhere(command.name()))
  program.commandsGroup('For learners:')
  addForLearners(program, root, done)
  program.commandsGroup('For facilitators:')
  addForFacilitators(program, root, done)
  program.commandsGroup('For those who change the course:')
  addForAuthors(program, root, done)
  for (const command of program.commands) command.exitOverride()
  return program
}
