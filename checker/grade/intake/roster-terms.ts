import { UsageError } from '../../errors/usage.ts'
import { localZone, toDeadline } from '../outputs/deadline.ts'
import type { Terms } from '../store/record.ts'
import { selectExercises } from './selection.ts'

/** What is needed to read the cells of a roster. */
export interface RosterSetting {
  /** The course is below it. */
  root: string
  /** The time zone whose midnight ends a day; by default this machine's. */
  zone?: string | undefined
}

const YES = new Set(['yes', 'y', 'x', 'all', 'true', 'excused'])
const NO = new Set(['', 'no', 'n', 'false', '-'])
/** A number, as `-2.5` or `+2,5`, optionally with a reason. */
const ADJUSTMENT = /^([+\-−]?\d+(?:[.,]\d+)?)(?!\S)\s*(.*)$/s
const MAX_ADJUSTMENT = 100

/** A cell that cannot be read: its column, and why. */
export class BadCell extends UsageError {
  readonly column: string

  constructor(column: string, why: string) {
    super(why)
    this.column = column
  }
}

/** What a row grants one learner. Throws `BadCell`. */
export function readTerms(cellOf: (column: string) => string, { root, zone }: RosterSetting): Terms {
  const due = dueIn(cellOf('due'), zone)
  const excused = excusedIn(cellOf('excused'), root)
  const adjusted = adjustIn(cellOf('adjust'))
  const reason = [cellOf('reason'), adjusted?.why ?? ''].filter((text) => text !== '').join('; ')
  const comment = cellOf('comment')
  if (adjusted && reason === '')
    throw new BadCell(
      'adjust',
      'points need a reason. Write it into the column "reason", or behind the number',
    )
  return {
    ...(due !== undefined && { due }),
    ...(excused !== undefined && { excused }),
    ...(adjusted && { adjust: adjusted.points }),
    ...(reason !== '' && { reason }),
    ...(comment !== '' && { comment }),
  }
}

function dueIn(text: string, zone = localZone): string | undefined {
  if (text === '') return undefined
  return of('due', () => toDeadline(text, zone))
}

function excusedIn(text: string, root: string): Terms['excused'] {
  const word = text.toLowerCase()
  if (NO.has(word)) return undefined
  if (YES.has(word)) return 'all'
  const list = text.split(/[\s,;]+/).filter((each) => each !== '')
  return of('excused', () => selectExercises(root, list.join(',')).map(({ name }) => name))
}

function adjustIn(text: string): { points: number; why: string } | undefined {
  if (text === '') return undefined
  const [, number = '', why = ''] = ADJUSTMENT.exec(text) ?? []
  const points = Number(number.replace('−', '-').replace(',', '.'))
  if (number === '' || Math.abs(points) > MAX_ADJUSTMENT) {
    const range = `from -${MAX_ADJUSTMENT} to ${MAX_ADJUSTMENT}`
    throw new BadCell('adjust', `"${text}" is not a number of points ${range}, such as +5 or -2.5`)
  }
  return points === 0 ? undefined : { points, why: why.replace(/^\((.*)\)$/s, '$1') }
}

function of<T>(column: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof UsageError) throw new BadCell(column, error.message)
    throw error
  }
}
