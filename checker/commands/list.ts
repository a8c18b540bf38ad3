import { listExercises, readHeading } from '../course.ts'
import { readProgress } from '../state.ts'

/** `npm run list`: the course by its parts, with what was passed. */
export function list(root: string, { json }: { json?: boolean }): number {
  const rows = listExercises(root).map((exercise) => {
    const { title, part } = readHeading(exercise)
    const { attempts, verdict, passedAt } = readProgress(root, exercise.name)
    const status =
      verdict === 'pass' ? 'passed' : passedAt ? 'passed before' : attempts > 0 ? 'started' : 'open'
    return { exercise: exercise.name, title, part, status, attempts }
  })
  if (json) {
    console.log(JSON.stringify({ version: 1, exercises: rows }, null, 2))
    return 0
  }
  let part = ''
  for (const row of rows) {
    if (row.part !== part) {
      console.log(`${part ? '\n' : ''}${row.part}`)
      part = row.part
    }
    console.log(`  ${row.exercise.padEnd(16)} ${row.status.padEnd(14)} ${row.title}`)
  }
  return 0
}
