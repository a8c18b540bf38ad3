import { Judge } from './judge.ts'

let waiting: Judge | undefined

/**
 * Starts a judge before it is known which job it will get: it comes up while the command line is
 * still being read.
 */
export function startFirstJudge(root: string): void {
  waiting = new Judge(root)
}

/** The judge that was started ahead, for the first check. */
export function takeFirstJudge(): Judge | undefined {
  const judge = waiting
  waiting = undefined
  return judge
}

/** Ends a judge that was not used. */
export function endFirstJudge(): void {
  takeFirstJudge()?.kill()
}
