import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { check, floor, learnyounode, nodeTest, type Rival } from '../bench/rivals.ts'
import { timeSaves } from '../bench/saves.ts'
import { readHints } from '../course/hints.ts'
import { withScratch } from '../files/scratch.ts'
import { chooseExercise } from '../progress/current.ts'

const RUNS = 11

export interface BenchOptions {
  runs?: number
  watch?: boolean
}

/**
 * `npm run bench`: times whole commands in turn, so that a machine whose speed drifts is fair to
 * all. `--watch`: times saves.
 */
export async function bench(root: string, options: BenchOptions): Promise<number> {
  const exercise = chooseExercise(root, '03')
  return withScratch(root, '.workshop-bench-', async (folder) => {
    if (options.watch) {
      const times = await timeSaves(root, exercise, folder, options.runs ?? RUNS)
      printHeader()
      printRow(`save to verdict, npm start ${exercise.number}`, times)
      return 0
    }
    const tests = readHints(readFileSync(join(exercise.folder, 'hints.md'), 'utf8')).length
    console.log('Installing learnyounode into a temporary folder.')
    const theirs = await learnyounode(join(folder, 'learnyounode'))
    if (!theirs) console.log('learnyounode could not be installed: it is left out.')
    const rivals = [
      check(root, exercise),
      ...(theirs ? [theirs] : []),
      await nodeTest(root, exercise, folder),
      await floor(root, exercise, folder, tests),
    ]
    await report(rivals, options.runs ?? RUNS)
    return 0
  })
}

async function report(rivals: readonly Rival[], runs: number): Promise<void> {
  const [ours] = rivals
  const times = new Map<string, number[]>(rivals.map(({ name }) => [name, []]))
  const failures = new Map<string, number>()
  for (let run = 0; run <= runs; run += 1) {
    for (const rival of rivals) {
      const { ms, failed } = await time(rival)
      if (failed !== undefined && rival === ours) throw new Error(`${rival.name} failed:\n${failed}`)
      if (failed !== undefined) failures.set(rival.name, (failures.get(rival.name) ?? 0) + 1)
      // The first round warms the caches.
      else if (run > 0) times.get(rival.name)?.push(ms)
    }
    process.stderr.write(`\rround ${run} of ${runs}`)
  }
  process.stderr.write('\r')
  const base = median(times.get(ours?.name ?? '') ?? [])
  printHeader('   ours / it')
  for (const [name, list] of times)
    if (list.length > 0) printRow(name, list, `   ${(base / median(list)).toFixed(2)}`)
  for (const [name, count] of failures)
    console.log(`${name} failed in ${count} of ${runs + 1} rounds, which are left out.`)
}

function printHeader(more = ''): void {
  console.log(
    `${'command'.padEnd(44)} ${['p50', 'min', 'max'].map((each) => each.padStart(7)).join(' ')}${more}`,
  )
}

function printRow(name: string, times: readonly number[], more = ''): void {
  const cells = [median(times), Math.min(...times), Math.max(...times)].map((ms) =>
    `${(ms / 1000).toFixed(2)} s`.padStart(7),
  )
  console.log(`${name.padEnd(44)} ${cells.join(' ')}${more}`)
}

/**
 * How long the command takes, and what it printed if it failed, as checkers that wait for a server
 * by the clock do on a busy machine.
 */
async function time({ command, args, cwd, env }: Rival): Promise<{ ms: number; failed?: string }> {
  const start = performance.now()
  const { exitCode, stdout } = await execa(command, args, { cwd, env: env ?? {}, reject: false })
  const ms = performance.now() - start
  return exitCode === 0 ? { ms } : { ms, failed: stdout }
}

function median(list: readonly number[]): number {
  return list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? Number.NaN
}
