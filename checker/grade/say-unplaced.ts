import { fitted } from '../terminal/fitted.ts'
import { printable } from './progress.ts'
import type { Unplaced } from './store/record.ts'

/** Says on stderr what was handed in and is nobody's, or no exercise's. */
export function sayUnplaced(unplaced: readonly Unplaced[]): void {
  for (const { name, reason } of unplaced)
    console.error(fitted(`not graded: ${printable(`${name} ${reason}`)}`))
}
