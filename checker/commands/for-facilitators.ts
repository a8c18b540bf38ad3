import { type Command, Option } from 'commander'
import type { GradeOptions } from './grade.ts'
import type { GradeWorkerOptions } from './grade-worker.ts'
import { count } from './number.ts'

/** The commands for those who grade a cohort. */
export function addForFacilitators(program: Command, root: string, done: (code: number) => void): void {
  program
    .command('grade')
    .description('grade a folder of submissions: folders, zips, or git repositories in a roster')
    .argument('<folder>')
    .addOption(
      new Option(
        '--roster <file>',
        'CSV: id, name, email, url, due, excused, … or as Canvas, Moodle, GitHub Classroom export it',
      ),
    )
    .addOption(new Option('--only <exercises>', 'such as 01-09,12'))
    .addOption(new Option('--out <folder>', 'where the gradebook is kept (default: gradebook)'))
    .addOption(
      new Option('--jobs <number>', 'programs at the same time (default: one per core)').argParser(count),
    )
    .addOption(new Option('--pack <folder>', 'more hidden tests: NN-name/*.test.ts'))
    .addOption(
      new Option('--deadline <time>', 'such as 2027-01-31, the end of that day, or 2027-01-31T23:59+01:00'),
    )
    .addOption(
      new Option(
        '--timezone <name>',
        "whose midnight ends a day, such as Europe/Berlin (default: this machine's)",
      ),
    )
    .addOption(new Option('--policy <file>', 'JSON: weights, best or last attempt, late policy'))
    .addOption(
      new Option(
        '--dry-run',
        'say who handed in what, what would be graded and how long it takes; grade nothing',
      ),
    )
    .addOption(new Option('--again', 'run what was graded before, too'))
    .addOption(new Option('--yes', 'replace results that come out differently without asking'))
    .addOption(
      new Option(
        '--accept <results>',
        'replace only these of them: bob:03-echo, all of bob, all of 03-echo',
      ).argParser(words),
    )
    .addOption(new Option('--no-sandbox', 'run submissions as yourself, with all your rights'))
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
      new Option('--jobs <number>', 'programs at the same time (default: one per core)').argParser(count),
    )
    .addOption(
      new Option(
        '--lease <seconds>',
        'give a job to another worker when this one has been silent this long (default: 30)',
      ).argParser(count),
    )
    .addOption(new Option('--no-sandbox', 'run submissions as yourself, with all your rights'))
    .addHelpText('after', WORKER_HELP)
    .action(async (options: GradeWorkerOptions) => {
      const { gradeWorker } = await import('./grade-worker.ts')
      done(await gradeWorker(root, options))
    })
}

function words(list: string, before: readonly string[] = []): string[] {
  return [...before, ...list.split(',')]
}

const GRADE_HELP = `
Examples:
  npm run grade -- submissions/
  npm run grade -- submissions/ --roster roster.csv --dry-run
  npm run grade -- submissions/ --roster roster.csv --only 01-09 --deadline 2027-01-31T23:59+01:00

On several machines (checker/grade/queue/README.md):
  npm run grade -- submissions/ --queue redis://host:6379
  npm run grade:worker -- --queue redis://host:6379        as often as you like

Exit codes: 0 graded, 2 usage or not replaced, 3 something could not be judged, 130 interrupted.`

const WORKER_HELP = `
SIGTERM and Ctrl-C give back the jobs that have begun. The variable GRADE_QUEUE can stand for --queue.

Exit codes: 0 ended by SIGTERM, 2 usage, 3 no Redis or no sandbox, 130 interrupted.`
