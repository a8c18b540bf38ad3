import { join, relative } from 'node:path'
import { type Exercise, listExercises, readHeading } from '../course/course.ts'
import { readProgress } from '../progress/progress.ts'
import { viewOf, wrap } from '../terminal/view.ts'

/** What is left to do when every exercise has been passed at some time. */
export const FINISH = 'To finish, npm run certificate checks them all again and writes your certificate.'

/** `npm run next`: where the course goes on. */
export function next(root: string): number {
  const { width } = viewOf(process.stdout, process.env)
  const exercise = nextExercise(root)
  if (!exercise) {
    console.log(wrap(`You have passed every exercise. ${FINISH}`, width))
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

/** A path and what is there, below it where a line has no room for both. */
function place(path: string, what: string, width: number): string {
  const row = `  ${path}  ${what}`
  return row.length <= width ? row : `  ${path}\n    ${what}`
}

/** What to do after a pass. */
export function afterPass(root: string, exercise: Exercise): string {
  const behind = nextExercise(root, exercise)
  const rows = behind
    ? [`  npm start ${behind.number}`, `  npm run diff ${exercise.number}`]
    : ['  npm run certificate']
  return ['Next:', ...rows].join('\n')
}

/** The first exercise behind this one that has not been passed, else the first of all; undefined when all were passed. */
export function nextExercise(root: string, behind?: Exercise): Exercise | undefined {
  const open = listExercises(root).filter(
    ({ name }) => name !== behind?.name && readProgress(root, name).passedAt === undefined,
  )
  return open.find(({ name }) => behind !== undefined && name > behind.name) ?? open[0]
}
