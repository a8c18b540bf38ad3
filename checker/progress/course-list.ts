import { listExercises, readHeading } from '../course/course.ts'
import { cut, paint, type View } from '../terminal/view.ts'
import { nextExercise } from './next.ts'
import { readProgress } from './progress.ts'

type Status = 'passed' | 'passed before' | 'started' | 'open'

/** An exercise in the list, in the form that `--json` prints. */
export interface ListedExercise {
  exercise: string
  title: string
  part: string
  status: Status
  attempts: number
}

export interface CourseListOptions {
  /** Leaves out the exercises that have been passed. */
  pending?: boolean
  /** `03-echo`: the exercise that the learner is on; by default, the next one to do. */
  current?: string | undefined
}

/**
 * The list as one table per part, with a mark at the current exercise, and how much of the course
 * has been passed.
 */
export function listText(root: string, view: View, options: CourseListOptions = {}): string {
  const { pending = false, current = currentName(root) } = options
  const rows = rowsOf(root, pending)
  if (rows.length === 0) return pending ? 'You have passed every exercise.' : 'There are no exercises here.'
  const columns = {
    name: Math.max(...rows.map(({ exercise }) => exercise.length)),
    status: Math.max(...rows.map(({ status }) => status.length)),
    checks: Math.max(...rows.map((row) => checksOf(row).length)),
  }
  const parts = [...new Set(rows.map(({ part }) => part))].map((part) => {
    const own = rows.filter((row) => row.part === part)
    const heading = part === '' ? [] : [paint(view, 'bold', part)]
    return [...heading, ...own.map((row) => renderRow(row, row.exercise === current, columns, view))].join(
      '\n',
    )
  })
  return [...parts, renderBar(rowsOf(root, false), current, view)].join('\n\n')
}

/** The next exercise to do; undefined once all have been passed. */
export function currentName(root: string): string | undefined {
  return nextExercise(root)?.name
}

const STYLES = { passed: 'green', 'passed before': 'yellow', started: 'yellow', open: 'dim' } as const
const MIN_TITLE = 10

function renderRow(
  row: ListedExercise,
  isCurrent: boolean,
  columns: { name: number; status: number; checks: number },
  view: View,
): string {
  const { exercise, status, title } = row
  const state = paint(view, STYLES[status], status.padEnd(columns.status))
  const checks = checksOf(row)
  const name = exercise.padEnd(columns.name)
  const left = isCurrent
    ? `${view.unicode ? '▸' : '>'} ${paint(view, 'bold', name)}  ${state}`
    : `  ${name}  ${state}`
  const room = view.width - (2 + columns.name + 2 + columns.status + 2)
  // A narrow terminal has no room for the title, and with a long status none for the checks.
  if (room < checks.length) return left.trimEnd()
  const titleRoom = room - (columns.checks > 0 ? columns.checks + 2 : 0)
  if (titleRoom < MIN_TITLE) return `${left}  ${checks}`.trimEnd()
  const beforeTitle = columns.checks > 0 ? `${checks.padEnd(columns.checks)}  ` : ''
  return `${left}  ${beforeTitle}${cut(title, titleRoom, view)}`
}

function checksOf({ attempts }: ListedExercise): string {
  return attempts === 0 ? '' : `${attempts} check${attempts === 1 ? '' : 's'}`
}

const MAX_BAR = 30
const MIN_BAR = 10

/** How much of the course has been passed, as a bar and in words. */
function renderBar(rows: readonly ListedExercise[], current: string | undefined, view: View): string {
  const passed = rows.filter(isPassed).length
  const count = `${passed} of ${rows.length} passed`
  const all = current === undefined ? count : `${count}, you are at ${current}`
  const roomFor = (words: string) => view.width - words.length - (view.unicode ? 4 : 6)
  const words = roomFor(all) < MIN_BAR ? count : all
  const length = Math.min(MAX_BAR, roomFor(words))
  const full = Math.floor((length * passed) / rows.length)
  const bar = view.unicode
    ? paint(view, 'green', '█'.repeat(full)) + paint(view, 'dim', '░'.repeat(length - full))
    : `[${'#'.repeat(full)}${'.'.repeat(length - full)}]`
  return `  ${bar}  ${words}`
}

/** The exercises and their status. */
export function rowsOf(root: string, pending: boolean): ListedExercise[] {
  const rows = listExercises(root).map((exercise): ListedExercise => {
    const { attempts, verdict, passedAt } = readProgress(root, exercise.name)
    const status =
      verdict === 'pass' ? 'passed' : passedAt ? 'passed before' : attempts > 0 ? 'started' : 'open'
    return { exercise: exercise.name, ...readHeading(exercise), status, attempts }
  })
  return pending ? rows.filter((row) => !isPassed(row)) : rows
}

/** An exercise once passed stays passed, even if its last check failed. */
function isPassed({ status }: ListedExercise): boolean {
  return status === 'passed' || status === 'passed before'
}
