import { currentName, listText, rowsOf } from '../progress/course-list.ts'
import { viewOf } from '../terminal/view.ts'

export interface ListOptions {
  json?: boolean
  pending?: boolean
}

/**
 * `npm run list`: the course by its parts, with the number of checks that each pass took, and the
 * current exercise.
 */
export function list(root: string, { json, pending = false }: ListOptions): number {
  const view = viewOf(process.stdout, process.env)
  console.log(
    json
      ? JSON.stringify({ version: 1, current: currentName(root), exercises: rowsOf(root, pending) }, null, 2)
      : listText(root, view, { pending }),
  )
  return 0
}
