import { join, relative } from 'node:path'
import { listExercises, readHeading } from '../course/course.ts'
import { FINISH, nextExercise } from '../progress/next.ts'
import { readProgress } from '../progress/progress.ts'
import { viewOf, wrap } from '../terminal/view.ts'

/** `npm run next`: where to go on in the course. */
export function next(root: string): number {
  const { width } = viewOf(process.stdout, process.env)
  const exercise = nextExercise(root)
  if (!exercise) {
    const failing = listExercises(root).filter(({ name }) => readProgress(root, name).verdict === 'fail')
    const since =
      failing.length === 0 ? '' : ` The last check of ${failing.map(({ name }) => name).join(', ')} failed.`
    console.log(wrap(`You have passed every exercise.${since} ${FINISH}`, width))
    return 0
  }
  const { title, part } = readHeading(exercise)
  const { failing } = readProgress(root, exercise.name)
  const rows = [
    wrap(`${exercise.name}: ${title}`, width),
    ...(part ? [part] : []),
    '',
    place(relative(root, join(exercise.folder, 'README.md')), 'the lesson', width),
    place(relative(root, join(exercise.folder, exercise.file)), 'your file', width),
    '',
    ...(failing === undefined
      ? []
      : [wrap(`Its last check failed: the ${exercise.subject} ${failing}`, width), '']),
    'Next:',
    `  npm start ${exercise.number}`,
  ]
  console.log(rows.join('\n'))
  return 0
}

/** A path and what is there; below the path if a line has no room for both. */
function place(path: string, what: string, width: number): string {
  const row = `  ${path}  ${what}`
  return row.length <= width ? row : `  ${path}\n    ${what}`
}
