import { type Exercise, listExercises } from '../course/course.ts'
import { readProgress } from './progress.ts'

/** What remains to do once every exercise has been passed. */
export const FINISH = 'To finish, npm run certificate checks them all again and writes your certificate.'

/** What to do after a pass. */
export function afterPass(root: string, exercise: Exercise): string {
  return wordsAfterPass(exercise, nextExercise(root, exercise), passedText(root))
}

/** The same, if the next exercise and the number of passes are known. */
export function wordsAfterPass(exercise: Exercise, next: Exercise | undefined, passed: string): string {
  const rows = next
    ? [`  npm start ${next.number}`, `  npm run diff ${exercise.number}`]
    : ['  npm run certificate']
  return [`Passed, ${passed}.`, '', 'Next:', ...rows].join('\n')
}

/** "3 of 9": how many exercises have been passed. */
export function passedText(root: string): string {
  const exercises = listExercises(root)
  const passed = exercises.filter(({ name }) => readProgress(root, name).passedAt !== undefined)
  return `${passed.length} of ${exercises.length}`
}

/**
 * The first exercise after this one that has not been passed, else the first of all; undefined if
 * all have been passed.
 */
export function nextExercise(root: string, behind?: Exercise): Exercise | undefined {
  const open = listExercises(root).filter(
    ({ name }) => name !== behind?.name && readProgress(root, name).passedAt === undefined,
  )
  return open.find(({ name }) => behind !== undefined && name > behind.name) ?? open[0]
}
