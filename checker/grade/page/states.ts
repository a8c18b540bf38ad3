import { isNotTaken } from '../outputs/problems.ts'
import type { Cell } from '../outputs/scores.ts'
import type { GradeVerdict } from '../store/record.ts'

/**
 * The state of a cell: a verdict, or `excused` whatever the verdict, or `none` if nothing was ever
 * graded.
 */
export type CellState = GradeVerdict | 'excused' | 'none'

/**
 * How a state looks: its class in the table and its letter in the data, its sign, and its name in a
 * sentence.
 */
interface CellLook {
  letter: string
  /** A failure shows its points instead. */
  sign: string
  words: string
}

export const STATES: Readonly<Record<CellState, CellLook>> = {
  pass: { letter: 'p', sign: '✓', words: 'passed' },
  fail: { letter: 'f', sign: '0–99', words: 'failed' },
  flaky: { letter: 'k', sign: '≈', words: 'flaky' },
  error: { letter: 'e', sign: '!', words: 'not judged' },
  skipped: { letter: 's', sign: '–', words: 'nothing to run' },
  excused: { letter: 'o', sign: '○', words: 'excused' },
  none: { letter: 'n', sign: '·', words: 'not graded' },
}

export const STATE_NAMES = Object.keys(STATES) as CellState[]

/** True for states that most cohorts do not have: they are named only if they occur. */
export function isRare(state: CellState): boolean {
  return state === 'none' || state === 'excused'
}

export function stateOf({ record, excused }: Cell): CellState {
  return excused ? 'excused' : (record?.verdict ?? 'none')
}

/** Points out of a hundred. Only a pass gets a hundred. */
export function points(score: number): number {
  return Math.floor(score * 100 + 1e-9)
}

/** True if something was handed in and not accepted. */
export function isUntaken({ record, excused }: Cell): boolean {
  return !excused && record !== undefined && isNotTaken(record)
}
