import { fitted } from '../terminal/fitted.ts'
import { printable } from './progress.ts'
import type { Unplaced } from './store/record.ts'

/** Lists on stderr what was handed in but belongs to no learner or no exercise. */
export function sayUnplaced(unplaced: readonly Unplaced[]): void {
  for (const { name, reason } of unplaced)
    console.error(fitted(`not graded: ${printable(`${name} ${reason}`)}`))
}
