import type { TypeFault } from '../judge/prepares/typecheck.ts'
import { paint, type View, wrap } from '../terminal/view.ts'
import { type LearnersFile, renderPlace } from './source.ts'

/** How many type errors are shown; one is usually the cause of the next. */
const MAX_ERRORS = 3

/** The type errors of the learner's file, shown beside a verdict that does not depend on them. */
export function renderTypeErrors(errors: readonly TypeFault[], file: LearnersFile, view: View): string {
  const shown = errors
    .slice(0, MAX_ERRORS)
    .map(
      (error) =>
        `${wrap(error.message, view.width, '  ')}\n${renderPlace({ ...file, line: error.line }, view)}`,
    )
  const count = `${errors.length} type error${errors.length === 1 ? '' : 's'}`
  const heading = paint(
    view,
    'bold',
    wrap(`${count} in ${file.shown} (the verdict does not depend on types)`, view.width),
  )
  return [heading, ...shown].join('\n\n')
}
