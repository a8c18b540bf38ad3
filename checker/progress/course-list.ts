import { listExercises, readHeading } from '../course/course.ts'
import { cut, paint, type View } from '../terminal/view.ts'
import { readProgress } from './progress.ts'

type Status = 'passed' | 'passed before' | 'started' | 'open'

/** An exercise in the list, as `--json` has it. */
export interface ListedExercise {
  exercise: string
  title: string
  part: string
  status: Status
  attempts: number
}

/** The list as a table a part. */
export function listText(root: string, view: View, pending = false): string {
  const rows = rowsOf(root, pending)
  if (rows.length === 0) return pending ? 'Every exercise is passed.' : 'There are no exercises here.'
  const nameWidth = Math.max(...rows.map(({ exercise }) => exercise.length))
  const statusWidth = Math.max(...rows.map(({ status }) => status.length))
  const parts = [...new Set(rows.map(({ part }) => part))]
  return parts
    .map((part) => {
      const own = rows.filter((row) => row.part === part)
      const heading = part === '' ? [] : [paint(view, 'bold', part)]
      return [...heading, ...own.map((row) => renderRow(row, nameWidth, statusWidth, view))].join('\n')
    })
    .join('\n\n')
}

const STYLES = { passed: 'green', 'passed before': 'yellow', started: 'yellow', open: 'dim' } as const
const CHECKS_WIDTH = '100 checks'.length
const MIN_TITLE = 10

function renderRow(
  { exercise, status, attempts, title }: ListedExercise,
  nameWidth: number,
  statusWidth: number,
  view: View,
): string {
  const state = paint(view, STYLES[status], status.padEnd(statusWidth))
  const checks = attempts === 0 ? '' : `${attempts} check${attempts === 1 ? '' : 's'}`
  const left = `  ${exercise.padEnd(nameWidth)}  ${state}`
  const room = view.width - (2 + nameWidth + 2 + statusWidth + 2)
  // A narrow terminal has no room for the title, which is a longer name, and a long state none for the checks.
  if (room < checks.length) return left.trimEnd()
  const titleRoom = room - CHECKS_WIDTH - 2
  if (titleRoom < MIN_TITLE) return `${left}  ${checks}`.trimEnd()
  return `${left}  ${checks.padEnd(CHECKS_WIDTH)}  ${cut(title, titleRoom, view)}`
}

/** The exercises with what became of each. */
export function rowsOf(root: string, pending: boolean): ListedExercise[] {
  const rows = listExercises(root).map((exercise): ListedExercise => {
    const { attempts, verdict, passedAt } = readProgress(root, exercise.name)
    const status =
      verdict === 'pass' ? 'passed' : passedAt ? 'passed before' : attempts > 0 ? 'started' : 'open'
    return { exercise: exercise.name, ...readHeading(exercise), status, attempts }
  })
  return pending ? rows.filter(({ status }) => status !== 'passed') : rows
}
