import { type Command, Option } from 'commander'
import { UsageError } from '../errors/usage.ts'
import type { BenchOptions } from './bench.ts'
import type { ConformanceOptions } from './conformance.ts'
import { count, wholeNumber } from './number.ts'

/** What bench can time instead of a check. */
interface BenchKinds {
  grade?: boolean
  submissions?: number
  mistakes?: boolean
  servers?: boolean
}

/** The commands for those who change the course: they prove and measure it. */
export function addForAuthors(program: Command, root: string, done: (code: number) => void): void {
  program
    .command('verify')
    .description('prove that the verdicts are right: solutions, alternatives, stubs, mistakes')
    .argument('[exercises...]')
    .addOption(
      new Option('--jobs <number>', 'judges at the same time (default: three per core)').argParser(count),
    )
    .addOption(new Option('--repeat <times>', 'run each this many times').argParser(count))
    .addOption(
      new Option(
        '--only <text>',
        'only runs whose kind or name holds this: right, stub, mistake, answers-once',
      ),
    )
    .addOption(
      new Option(
        '--in-order',
        'run all tests of a mistake in order, to see whether the one that it names is the first to fail',
      ),
    )
    .addOption(new Option('--load', 'keep every core busy meanwhile'))
    .addOption(new Option('--seed <number>', 'the seed of all runs').argParser(wholeNumber))
    .addOption(
      new Option(
        '--update',
        'store the stubs for npm run reset, record the system calls again, and make the diffs of mistakes again',
      ),
    )
    .addOption(
      new Option(
        '--edit <name>',
        'write the whole program of a mistake to a file that you can edit',
      ).conflicts(['update', 'only']),
    )
    .action(async (words: string[], options) => {
      const { verify } = await import('./verify.ts')
      done(await verify(root, words, options))
    })

  program
    .command('conformance')
    .description('let real clients talk to the references: curl, redis-cli, psql and others')
    .argument('[exercises...]', 'which (default: all)')
    .addOption(new Option('--only <text>', 'only those with this in their name: wrk, 20-http'))
    .addOption(new Option('--submission <folder>', 'try the files in this folder of NN-name folders instead'))
    .action(async (words: string[], options: ConformanceOptions) => {
      const { conformance } = await import('./conformance.ts')
      done(await conformance(root, words, options))
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
    .description('compare the time of a check with other checkers')
    .argument('[exercises...]', 'with --mistakes or --servers: which (default: all)')
    .addOption(
      new Option('--runs <number>', 'rounds to count (default: 11; with --servers: 3)').argParser(count),
    )
    .addOption(new Option('--watch', 'time saves under npm start instead: from save to verdict'))
    .option('--grade', 'time the grading of a cohort instead')
    .option(
      '--mistakes',
      'check every mistake in full instead: which take longest, and which have no likely cause',
    )
    .option(
      '--servers',
      'put load on the references and on real servers instead, such as memcached and nginx',
    )
    .addOption(
      new Option('--submissions <number>', 'with --grade: how many (default: 60)')
        .argParser(count)
        .implies({ grade: true }),
    )
    .action(async (words: string[], options: BenchOptions & BenchKinds) => {
      if (options.mistakes) {
        const { benchMistakes } = await import('./bench-mistakes.ts')
        return done(await benchMistakes(root, words))
      }
      if (options.servers) {
        const { benchServers } = await import('./bench-servers.ts')
        return done(await benchServers(root, words, options))
      }
      if (words.length > 0)
        throw new UsageError('Only bench -- --mistakes and bench -- --servers take exercises.')
      if (options.grade) {
        const { benchGrade } = await import('./bench-grade.ts')
        return done(await benchGrade(root, options))
      }
      const { bench } = await import('./bench.ts')
      done(await bench(root, options))
    })
}
