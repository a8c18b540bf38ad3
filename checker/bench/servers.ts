import { join } from 'node:path'
import type { Loads } from '../conformance/load.ts'
import { lackOf, loadModule } from '../conformance/pieces.ts'
import { withServer } from '../conformance/running-server.ts'
import type { Exercise } from '../course/course.ts'
import { type Found, toProgram } from '../course/submission.ts'
import { openRunFolder } from '../judge/prepares/run-folder.ts'

/** What was measured for one server under one load. */
export interface ServerRow {
  exercise: string
  load: string
  server: string
  /** How many per second, one number per round. */
  rates: number[]
  /** Why it could not be measured. */
  skipped?: string
}

/**
 * Measures the references and the servers beside them, in turn, so that a machine whose speed
 * drifts is fair to all.
 */
export async function measureServers(
  root: string,
  exercises: readonly Exercise[],
  rounds: number,
  onRound: (what: string) => void,
): Promise<ServerRow[]> {
  const run = openRunFolder(root)
  const rows: ServerRow[] = []
  for (const exercise of exercises) {
    const loaded = await loadModule<Loads>(root, exercise, 'load.ts', run)
    for (const load of loaded?.loads ?? []) {
      const solution = join(root, 'solutions', exercise.name)
      const files = Object.entries(load.rivals).map(([name, file]) => [name, join('alternatives', file)])
      const servers = [['reference', exercise.file], ...files].map(([server = '', file = '']) => {
        const found = toProgram(exercise, join(solution, file))
        const row: ServerRow = { exercise: exercise.name, load: load.name, server, rates: [] }
        return { row, found }
      })
      const missing = lackOf(load.needs)
      for (const { row, found } of servers) {
        if (missing !== undefined) row.skipped = missing
        else if ('missing' in found) row.skipped = found.missing
        rows.push(row)
      }
      for (let round = 1; round <= rounds; round += 1)
        for (const { row, found } of servers) {
          if (row.skipped !== undefined) continue
          onRound(`${exercise.name}, ${load.name}, round ${round}: ${row.server}`)
          const { program } = found as Extract<Found, { file: string }>
          row.rates.push(await withServer(exercise, program, { run, prepare: loaded?.prepare }, load.measure))
        }
    }
  }
  return rows
}
