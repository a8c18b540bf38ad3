import { chooseExercise } from '../progress/current.ts'
import { Watch, type WatchOptions } from '../watch/watch.ts'

export type StartOptions = WatchOptions

/** `npm start 03`: checks the exercise, or the current one, whenever it is saved. */
export async function start(root: string, word: string | undefined, options: StartOptions): Promise<number> {
  return new Watch(root, chooseExercise(root, word), options).run()
}
