import { Judge } from './judge.ts'

let waiting: Judge | undefined

/**
 * Starts a judge before anybody knows what for: it comes up while the command line is still being
 * read.
 */
export function startFirstJudge(root: string): void {
  waiting = new Judge(root)
}

/** The judge that was started ahead, for whoever asks first. */
export function takeFirstJudge(): Judge | undefined {
  const judge = waiting
  waiting = undefined
  return judge
}

/** Ends the judge that nobody asked for. */
export function endFirstJudge(): void {
  takeFirstJudge()?.kill()
}
