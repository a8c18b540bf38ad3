import { measureServers, type ServerRow } from '../bench/servers.ts'
import { listExercises } from '../course/course.ts'
import { UsageError } from '../errors/usage.ts'
import { chooseExercise } from '../progress/current.ts'

const ROUNDS = 3

/** `npm run bench -- --servers`: the references compared with real servers, under the same load. */
export async function benchServers(
  root: string,
  words: readonly string[],
  { runs = ROUNDS }: { runs?: number },
): Promise<number> {
  const exercises = words.length > 0 ? words.map((word) => chooseExercise(root, word)) : listExercises(root)
  const rows = await measureServers(root, exercises, runs, (what) => {
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${what}`)
  })
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
  if (rows.length === 0)
    throw new UsageError(`There is no solutions/NN-name/load.ts for ${words.join(', ') || 'any exercise'}.`)
  console.log(render(rows))
  return 0
}

/** One table per load: each server's median, and how it compares to the reference. */
function render(rows: readonly ServerRow[]): string {
  const titles = [...new Set(rows.map(titleOf))]
  const widest = Math.max(...rows.map(({ server }) => server.length))
  return titles
    .map((title) => {
      const own = rows.filter((row) => titleOf(row) === title)
      const base = median(own[0]?.rates ?? [])
      const lines = own.map(({ server, rates, skipped }) => {
        const cells = [median(rates), Math.min(...rates), Math.max(...rates)].map((rate) =>
          Math.round(rate).toLocaleString('en').padStart(9),
        )
        const ratio = (median(rates) / base).toFixed(2).padStart(9)
        return `  ${server.padEnd(widest)}  ${skipped === undefined ? [...cells, ratio].join(' ') : `skipped: ${skipped}`}`
      })
      const header = ['p50', 'min', 'max', 'ratio'].map((each) => each.padStart(9)).join(' ')
      return [title, `  ${''.padEnd(widest)}  ${header}`, ...lines].join('\n')
    })
    .join('\n\n')
}

function titleOf({ exercise, load }: ServerRow): string {
  return `${exercise}: ${load}`
}

function median(list: readonly number[]): number {
  return list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? Number.NaN
}
