import { type Command, Option } from 'commander'
import type { HintOptions } from '../progress/next-hint.ts'
import type { WatchOptions } from '../watch/watch.ts'
import type { CertificateOptions } from './certificate.ts'
import type { CheckOptions } from './check.ts'
import type { DebugOptions } from './debug.ts'
import type { DiffOptions } from './diff.ts'
import type { DoctorOptions } from './doctor.ts'
import type { ListOptions } from './list.ts'
import { count, wholeNumber } from './number.ts'
import type { PlayOptions } from './play.ts'
import type { SolutionOptions } from './solution.ts'
import type { SyscallsOptions } from './syscalls.ts'

/** The commands for those who write the servers, in the order in which they are needed. */
export function addForLearners(program: Command, root: string, done: (code: number) => void): void {
  program
    .command('check')
    .description('check one exercise, or the current one')
    .argument('[exercise]', 'number, name or path: 3, 03, echo, 03-echo')
    .addOption(new Option('--all', 'check every exercise'))
    .addOption(new Option('--json', 'print the verdict as JSON and nothing else'))
    .addOption(new Option('--plain', 'no colour, no symbols, line by line'))
    .addOption(new Option('--verbose', 'fold nothing to fit the terminal'))
    .addOption(new Option('--seed <number>', 'replay the values of an earlier check').argParser(wholeNumber))
    .addOption(
      new Option('--repeat <times>', 'check again and again, and count the verdicts')
        .argParser(count)
        .conflicts('json'),
    )
    .addOption(
      new Option('--run <command>', 'check this command instead: a server in any language').conflicts(
        'submission',
      ),
    )
    .addOption(new Option('--submission <folder>', 'check the file in this folder of NN-name folders'))
    .addOption(
      new Option('--test <words>', 'run only the tests with these words in their titles').conflicts('all'),
    )
    .addOption(
      new Option('--mistake <name>', 'for authors: check a mistake of the exercise')
        .conflicts(['run', 'submission', 'all'])
        .hideHelp(),
    )
    .addHelpText('after', CHECK_HELP)
    .action(async (word: string | undefined, options: CheckOptions) => {
      const { check } = await import('./check.ts')
      done(await check(root, word, options))
    })

  program
    .command('list')
    .description('list the exercises and your progress')
    .addOption(new Option('--pending', 'only those that you have not passed yet'))
    .addOption(new Option('--json', 'print as JSON'))
    .action(async (options: ListOptions) => {
      const { list } = await import('./list.ts')
      done(list(root, options))
    })

  program
    .command('start')
    .description('watch: check your file whenever you save it')
    .argument('[exercise]')
    .addOption(new Option('--plain', 'no colour, no keys, line by line'))
    .action(async (word: string | undefined, options: WatchOptions) => {
      const { start } = await import('./start.ts')
      done(await start(root, word, options))
    })

  program
    .command('next')
    .description('show which exercise comes next')
    .action(async () => {
      const { next } = await import('./next.ts')
      done(next(root))
    })

  program
    .command('reset')
    .description('put the original stub back; your file is kept')
    .argument('[exercise]')
    .addOption(new Option('--yes', 'do not ask'))
    .action(async (word: string | undefined, options: { yes?: boolean }) => {
      const { reset } = await import('./reset.ts')
      done(await reset(root, word, options))
    })

  program
    .command('solution')
    .description('show the reference solution, once you have passed')
    .argument('[exercise]')
    .addOption(new Option('--anyway', 'even if you have not passed yet'))
    .addOption(new Option('--yes', 'do not ask'))
    .action(async (word: string | undefined, options: SolutionOptions) => {
      const { solution } = await import('./solution.ts')
      done(await solution(root, word, options))
    })

  program
    .command('diff')
    .description('compare your file with the reference, once you have passed')
    .argument('[exercise]')
    .addOption(new Option('--editor', 'open it in the editor that VISUAL or EDITOR names'))
    .addOption(new Option('--anyway', 'even if you have not passed yet'))
    .addOption(new Option('--yes', 'do not ask'))
    .action(async (word: string | undefined, options: DiffOptions) => {
      const { diff } = await import('./diff.ts')
      done(await diff(root, word, options))
    })

  program
    .command('hint')
    .description('show the next of three hints for the first test that fails')
    .argument('[exercise]')
    .addOption(new Option('--all', 'all three'))
    .addOption(new Option('--test <words>', 'for the test with these words in its title'))
    .action(async (word: string | undefined, options: HintOptions) => {
      const { hint } = await import('./hint.ts')
      done(hint(root, word, options))
    })

  program
    .command('play')
    .description('start your server on port 4000, and talk to it as a client')
    .argument('[exercise]')
    .addOption(new Option('--port <number>', 'use another port').argParser(wholeNumber))
    .addOption(new Option('--run <command>', 'play with this command instead: a server in any language'))
    .addOption(new Option('--no-client', 'only your program, with this terminal as its input and output'))
    .addOption(new Option('--no-browser', 'do not open a browser, if the exercise has a page'))
    .addOption(new Option('--plain', 'no colour, no symbols'))
    .addHelpText('after', PLAY_HELP)
    .action(async (word: string | undefined, options: PlayOptions) => {
      const { play } = await import('./play.ts')
      done(await play(root, word, options))
    })

  program
    .command('debug')
    .description(
      'step through a hidden test: your program under a debugger, and the conversation as it happens',
    )
    .argument('[exercise]')
    .addOption(new Option('--test <words>', 'the test with these words in its title'))
    .addOption(new Option('--port <number>', "the debugger's port (default: 9229)").argParser(wholeNumber))
    .addOption(new Option('--seed <number>', 'replay the values of an earlier check').argParser(wholeNumber))
    .addOption(new Option('--submission <folder>', 'debug the file in this folder of NN-name folders'))
    .addOption(new Option('--plain', 'no colour, no symbols'))
    .addHelpText('after', DEBUG_HELP)
    .action(async (word: string | undefined, options: DebugOptions) => {
      const { debug } = await import('./debug.ts')
      done(await debug(root, word, options))
    })

  program
    .command('wire')
    .description('draw the last check as a page: who sent what when')
    .argument('[exercise]')
    .addOption(new Option('--open', 'open it in the browser'))
    .action(async (word: string | undefined, options: { open?: boolean }) => {
      const { wire } = await import('./wire.ts')
      done(await wire(root, word, options))
    })

  program
    .command('syscalls')
    .description('run your server under strace: the system calls of a short conversation, explained')
    .argument('[exercise]', 'number, name or path: 3, 03, echo, 03-echo')
    .addOption(new Option('--epoll', 'also show how the event loop waits'))
    .addOption(new Option('--json', 'print the calls as JSON and nothing else'))
    .addOption(new Option('--plain', 'no colour, no symbols'))
    .addOption(
      new Option('--port <number>', 'the port to give it (default: a free one)').argParser(wholeNumber),
    )
    .addOption(
      new Option('--run <command>', 'trace this command instead: a server in any language').conflicts(
        'submission',
      ),
    )
    .addOption(new Option('--submission <folder>', 'trace the file in this folder of NN-name folders'))
    .addHelpText('after', SYSCALLS_HELP)
    .action(async (word: string | undefined, options: SyscallsOptions) => {
      const { syscalls } = await import('./syscalls.ts')
      done(await syscalls(root, word, options))
    })

  program
    .command('certificate')
    .description('check everything again and, if everything passes, write your certificate')
    .addOption(new Option('--name <name>', 'your name, to be printed on it'))
    .addOption(new Option('--open', 'open it in the browser'))
    .addHelpText(
      'after',
      '\nExit codes: 0 written, 1 something does not pass, 3 could not judge, 130 interrupted.',
    )
    .action(async (options: CertificateOptions) => {
      const { certificate } = await import('./certificate.ts')
      done(await certificate(root, options))
    })

  program
    .command('doctor')
    .description('find out whether the course works on this machine, and what to do if not')
    .addOption(new Option('--json', 'print as JSON'))
    .addOption(new Option('--read <code>', 'explain the code of another machine'))
    .addHelpText('after', '\nExit codes: 0 a learner can work, 2 usage, 3 not yet.')
    .action(async (options: DoctorOptions) => {
      const { doctor } = await import('./doctor.ts')
      done(await doctor(root, options))
    })

  program
    .command('completion')
    .description('make your shell complete commands, exercises and flags')
    .argument('[shell]', 'bash, zsh or fish: prints its script')
    .action(async (word: string | undefined) => {
      const { completion } = await import('./completion.ts')
      done(completion(root, word))
    })
}

const CHECK_HELP = `
Examples:
  npm run check 03
  npm run check 03 -- --run "python3 echo.py"     HOST and PORT are in its environment
  npm run -s check 03 -- --json                   -s keeps npm's own lines out

Exit codes: 0 pass, 1 fail, 2 usage, 3 could not judge, 130 interrupted.`

const PLAY_HELP = `
Your program restarts whenever you save it. Lines that you type are sent; /help lists the commands.
If you write the client, play is the server. Without a terminal your program runs alone, as with --no-client.

Exit codes: 0 ended by itself or by /quit, 2 usage, 130 interrupted.`

const DEBUG_HELP = `
It runs the first test that fails, or the one that you name. Your program stops at its first line and waits for a debugger. Set
breakpoints in your file, then continue. No deadline counts while a debugger is attached.

Examples:
  npm run debug 03
  npm run debug 03 -- --test "ends when"

Exit codes: 0 the test passed, 1 it failed, 2 usage, 3 could not judge, 130 interrupted.`

const SYSCALLS_HELP = `
It needs strace, on Linux. Elsewhere it shows a recording of the reference.

Examples:
  npm run syscalls 03
  npm run syscalls 03 -- --submission solutions     the reference's calls
  npm run syscalls 03 -- --run "python3 echo.py"    HOST and PORT are in its environment

Exit codes: 0 shown, 2 usage, 3 nothing to show, 130 interrupted.`
