import { chooseExercise } from '../progress/current.ts'
import { Watch, type WatchOptions } from '../watch/watch.ts'

/** `npm start 03`: checks the exercise, or the current one, whenever it is saved. */
export async function start(root: string, word: string | undefined, options: WatchOptions): Promise<number> {
  return new Watch(root, chooseExercise(root, word), options).run()
}
