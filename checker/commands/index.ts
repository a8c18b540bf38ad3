import { Command, InvalidArgumentError, Option } from 'commander'
import { refuseElsewhere } from '../platform.ts'
import type { BenchOptions } from './bench.ts'
import type { CertificateOptions } from './certificate.ts'
import type { CheckOptions } from './check.ts'
import type { DiffOptions } from './diff.ts'
import type { DoctorOptions } from './doctor.ts'
import type { GradeOptions } from './grade.ts'
import type { GradeWorkerOptions } from './grade-worker.ts'
import type { ListOptions } from './list.ts'
import type { PlayOptions } from './play.ts'
import type { SolutionOptions } from './solution.ts'
import type { StartOptions } from './start.ts'
import type { SyscallsOptions } from './syscalls.ts'

/** The commands, by name; each loads its own code only when it is called. */
export function commands(root: string, done: (code: number) => void): Command {
  const program = new Command('npm run')
    .description('Learn how servers work by writing them.')
    .exitOverride()
    .showHelpAfterError('(add --help for what there is)')
    .hook('preAction', (_, command) => refuseElsewhere(command.name()))

  program
    .command('check')
    .description('check one exercise, or the current one')
    .argument('[exercise]', 'number, name or path: 3, 03, echo, 03-echo')
    .addOption(new Option('--all', 'check every exercise'))
    .addOption(new Option('--json', 'print the verdict as JSON and nothing else'))
    .addOption(new Option('--plain', 'no colour, no symbols, line by line'))
    .addOption(new Option('--seed <number>', 'replay the values of an earlier check').argParser(wholeNumber))
    .addOption(
      new Option('--repeat <times>', 'check again and again, and count the verdicts')
        .argParser(count)
        .conflicts('json'),
    )
    .addOption(new Option('--run <command>', 'check this command instead: a server in any language'))
    .addOption(new Option('--submission <folder>', 'check the file in this folder of NN-name folders'))
    .addHelpText('after', CHECK_HELP)
    .action(async (word: string | undefined, options: CheckOptions) => {
      const { check } = await import('./check.ts')
      done(await check(root, word, options))
    })

  program
    .command('list')
    .description('the exercises, and how far you are')
    .addOption(new Option('--pending', 'only those that do not pass yet'))
    .addOption(new Option('--json', 'print as JSON'))
    .action(async (options: ListOptions) => {
      const { list } = await import('./list.ts')
      done(list(root, options))
    })

  program
    .command('start')
    .description('watch: check your file whenever you save it')
    .argument('[exercise]')
    .addOption(new Option('--poll', 'look for changes instead of waiting to be told of them'))
    .addOption(new Option('--plain', 'no colour, no keys, line by line'))
    .action(async (word: string | undefined, options: StartOptions) => {
      const { start } = await import('./start.ts')
      done(await start(root, word, options))
    })

  program
    .command('next')
    .description('where the course goes on')
    .action(async () => {
      const { next } = await import('./next.ts')
      done(next(root))
    })

  program
    .command('reset')
    .description('put the stub back as it shipped; your file is kept')
    .argument('[exercise]')
    .addOption(new Option('--yes', 'without asking'))
    .action(async (word: string | undefined, options: { yes?: boolean }) => {
      const { reset } = await import('./reset.ts')
      done(await reset(root, word, options))
    })

  program
    .command('solution')
    .description('the reference, once you have passed')
    .argument('[exercise]')
    .addOption(new Option('--anyway', 'before you have passed'))
    .addOption(new Option('--yes', 'without asking'))
    .action(async (word: string | undefined, options: SolutionOptions) => {
      const { solution } = await import('./solution.ts')
      done(await solution(root, word, options))
    })

  program
    .command('diff')
    .description('your file against the reference, once you have passed')
    .argument('[exercise]')
    .addOption(new Option('--editor', 'in the editor that VISUAL or EDITOR names'))
    .addOption(new Option('--anyway', 'before you have passed'))
    .addOption(new Option('--yes', 'without asking'))
    .action(async (word: string | undefined, options: DiffOptions) => {
      const { diff } = await import('./diff.ts')
      done(await diff(root, word, options))
    })

  program
    .command('hint')
    .description('the next of three hints for the first test that fails')
    .argument('[exercise]')
    .addOption(new Option('--all', 'all three'))
    .action(async (word: string | undefined, options: { all?: boolean }) => {
      const { hint } = await import('./hint.ts')
      done(hint(root, word, options))
    })

  program
    .command('play')
    .description('start your server on port 4000, and talk to it as a client')
    .argument('[exercise]')
    .addOption(new Option('--port <number>', 'another port').argParser(wholeNumber))
    .addOption(new Option('--no-client', 'your program alone, with this terminal as its input and output'))
    .addOption(new Option('--plain', 'no colour, no symbols'))
    .addHelpText('after', PLAY_HELP)
    .action(async (word: string | undefined, options: PlayOptions) => {
      const { play } = await import('./play.ts')
      done(await play(root, word, options))
    })

  program
    .command('wire')
    .description('the last check as a page: who sent what when, drawn')
    .argument('[exercise]')
    .addOption(new Option('--open', 'open it in the browser'))
    .action(async (word: string | undefined, options: { open?: boolean }) => {
      const { wire } = await import('./wire.ts')
      done(await wire(root, word, options))
    })

  program
    .command('certificate')
    .description('check everything again and, where all passes, write a page that says so')
    .addOption(new Option('--name <name>', 'whose it is'))
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
    .command('completion')
    .description('how your shell completes commands, exercises and flags')
    .argument('[shell]', 'bash, zsh or fish: prints its script')
    .action(async (word: string | undefined) => {
      const { completion } = await import('./completion.ts')
      done(completion(root, word))
    })

  program
    .command('doctor')
    .description('whether the course works on this machine, and what to do where it does not')
    .addOption(new Option('--json', 'print as JSON'))
    .addOption(new Option('--read <code>', 'say what the code of another machine means'))
    .addHelpText('after', '\nExit codes: 0 a learner can work, 2 usage, 3 not yet.')
    .action(async (options: DoctorOptions) => {
      const { doctor } = await import('./doctor.ts')
      done(await doctor(root, options))
    })

  program
    .command('syscalls')
    .description('your server under strace: what it asks of the kernel in a small conversation, explained')
    .argument('[exercise]', 'number, name or path: 3, 03, echo, 03-echo')
    .addOption(new Option('--epoll', 'also show how the event loop waits'))
    .addOption(new Option('--json', 'print the calls as JSON and nothing else'))
    .addOption(new Option('--plain', 'no colour, no symbols'))
    .addOption(
      new Option('--port <number>', 'the port to give it (default: a free one)').argParser(wholeNumber),
    )
    .addOption(new Option('--run <command>', 'trace this command instead: a server in any language'))
    .addOption(new Option('--submission <folder>', 'trace the file in this folder of NN-name folders'))
    .addHelpText('after', SYSCALLS_HELP)
    .action(async (word: string | undefined, options: SyscallsOptions) => {
      const { syscalls } = await import('./syscalls.ts')
      done(await syscalls(root, word, options))
    })

  program
    .command('verify')
    .description('prove that the verdicts are right: solutions, alternatives, stubs, mistakes')
    .argument('[exercises...]')
    .addOption(
      new Option('--jobs <number>', 'judges at the same time (default: one a core)').argParser(count),
    )
    .addOption(new Option('--repeat <times>', 'run each so many times').argParser(count))
    .addOption(
      new Option(
        '--only <text>',
        'only runs whose kind or name holds this: right, stub, mistake, answers-once',
      ),
    )
    .addOption(new Option('--load', 'keep every core busy meanwhile'))
    .addOption(new Option('--seed <number>', 'the seed of all runs').argParser(wholeNumber))
    .addOption(new Option('--update', 'write the reports of the mistakes and the recorded system calls anew'))
    .action(async (words: string[], options) => {
      const { verify } = await import('./verify.ts')
      done(await verify(root, words, options))
    })

  program
    .command('grade')
    .description('grade a folder of submissions: folders, zips, or git repositories in a roster')
    .argument('<folder>')
    .addOption(new Option('--roster <file>', 'CSV with the columns id, name, email, url'))
    .addOption(new Option('--only <exercises>', 'such as 01-09,12'))
    .addOption(new Option('--out <folder>', 'where the gradebook is kept (default: gradebook)'))
    .addOption(
      new Option('--jobs <number>', 'programs at the same time (default: one a core)').argParser(count),
    )
    .addOption(new Option('--pack <folder>', 'more hidden tests: NN-name/*.test.ts'))
    .addOption(new Option('--deadline <time>', 'such as 2027-01-31T23:59+01:00'))
    .addOption(new Option('--policy <file>', 'JSON: weights, best or last attempt, late policy'))
    .addOption(new Option('--again', 'run what was graded before, too'))
    .addOption(new Option('--yes', 'replace results that come out differently without asking'))
    .addOption(new Option('--no-sandbox', 'run submissions as you, with all that you can do'))
    .addOption(
      new Option('--queue <url>', 'have workers on other machines grade: redis://…').conflicts('jobs'),
    )
    .addHelpText('after', GRADE_HELP)
    .action(async (folder: string, options: GradeOptions) => {
      const { grade } = await import('./grade.ts')
      done(await grade(root, folder, options))
    })

  program
    .command('grade:worker')
    .description('grade for npm run grade -- DIR --queue URL, on any number of machines')
    .addOption(
      new Option('--queue <url>', 'redis://[user:password@]host[:port][/database][?name=queue]').env(
        'GRADE_QUEUE',
      ),
    )
    .addOption(
      new Option('--jobs <number>', 'programs at the same time (default: one a core)').argParser(count),
    )
    .addOption(
      new Option(
        '--lease <seconds>',
        'a job is another worker’s when this one is silent so long (default: 30)',
      ).argParser(count),
    )
    .addOption(new Option('--no-sandbox', 'run submissions as you, with all that you can do'))
    .addHelpText('after', WORKER_HELP)
    .action(async (options: GradeWorkerOptions) => {
      const { gradeWorker } = await import('./grade-worker.ts')
      done(await gradeWorker(root, options))
    })

  program
    .command('test:nodes')
    .description('run verify on other versions of Node: 22, 24 and 26')
    .argument('[versions...]')
    .action(async (versions: string[]) => {
      const { nodes } = await import('./nodes.ts')
      done(await nodes(root, versions))
    })

  program
    .command('bench')
    .description('time a check beside other checkers, in one run')
    .addOption(new Option('--runs <number>', 'rounds to count (default: 11)').argParser(count))
    .addOption(new Option('--watch', 'time saves under npm start instead: from save to verdict'))
    .option('--grade', 'time the grading of a cohort instead')
    .addOption(new Option('--submissions <number>', 'with --grade: how many (default: 60)').argParser(count))
    .action(async (options: BenchOptions & { grade?: boolean; submissions?: number }) => {
      if (options.grade) {
        const { benchGrade } = await import('./bench-grade.ts')
        return done(await benchGrade(root, options))
      }
      const { bench } = await import('./bench.ts')
      done(await bench(root, options))
    })

  for (const command of program.commands) command.exitOverride()
  return program
}

const CHECK_HELP = `
Examples:
  npm run check 03
  npm run check 03 -- --run "python3 echo.py"     HOST and PORT are in its environment
  npm run -s check 03 -- --json                   -s keeps npm's own lines out

Exit codes: 0 pass, 1 fail, 2 usage, 3 could not judge, 130 interrupted.`

const PLAY_HELP = `
Your program is started again whenever you save it. Lines that you type are sent; /help shows what else there is. Where you write
the client, play is the server. Without a terminal your program runs alone, as with --no-client.

Exit codes: 0 ended by itself or by /quit, 2 usage, 130 interrupted.`

const SYSCALLS_HELP = `
It needs strace, on Linux. Elsewhere it shows what was recorded of the reference.

Examples:
  npm run syscalls 03
  npm run syscalls 03 -- --submission solutions     the reference's calls
  npm run syscalls 03 -- --run "python3 echo.py"    HOST and PORT are in its environment

Exit codes: 0 shown, 2 usage, 3 nothing to show, 130 interrupted.`

const GRADE_HELP = `
Examples:
  npm run grade -- submissions/
  npm run grade -- submissions/ --roster roster.csv --only 01-09 --deadline 2027-01-31T23:59+01:00

On several machines (checker/grade/queue/README.md):
  npm run grade -- submissions/ --queue redis://host:6379
  npm run grade:worker -- --queue redis://host:6379        as often as you like

Exit codes: 0 graded, 2 usage or not replaced, 3 something could not be judged, 130 interrupted.`

const WORKER_HELP = `
SIGTERM and Ctrl-C give back what has been begun. The variable GRADE_QUEUE can stand for --queue.

Exit codes: 0 ended by SIGTERM, 2 usage, 3 no Redis or no sandbox, 130 interrupted.`

function wholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new InvalidArgumentError(`"${text}" is not a whole number.`)
}

/** A number of times or of things: none of them would be nothing to do. */
function count(text: string): number {
  const number = wholeNumber(text)
  if (number > 0) return number
  throw new InvalidArgumentError('It is a whole number from 1 on.')
}
