import { dirname, join } from 'node:path'
import type { Verdict } from '../judge/verdict.ts'
import { type View, wrap } from '../terminal/view.ts'
import { renderCommand } from './command.ts'
import { renderSummary } from './report.ts'

/**
 * The verdict on a stub as it was shipped: it contains nothing yet that could be right or wrong.
 */
export function renderUntouched(verdict: Verdict, shown: string, view: View): string {
  const lesson = join(dirname(shown), 'README.md')
  return [
    wrap(`${shown} is still the stub: none of its ${verdict.tests.length} tests passes yet.`, view.width),
    renderSummary(verdict, view),
    ['Next:', renderCommand(lesson, view.width, 'the lesson: read it first'), next(verdict, view)].join('\n'),
  ].join('\n\n')
}

function next({ exercise }: Verdict, { width }: View): string {
  return renderCommand(
    `npm start ${exercise.slice(0, 2)}`,
    width,
    'then: checks your file whenever you save it',
  )
}
