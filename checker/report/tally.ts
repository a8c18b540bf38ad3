import type { Outcome, Verdict } from '../judge/verdict.ts'
import { paint, type View, wrap } from '../terminal/view.ts'

/**
 * A table of how often each verdict came. If there is more than one kind, it says flaky, with the
 * seeds that reproduce it.
 */
export function renderTally(verdicts: readonly Verdict[], view: View): string {
  const names = [...new Set(verdicts.map(({ exercise }) => exercise))]
  return names
    .map((name) =>
      tallyOf(
        name,
        verdicts.filter(({ exercise }) => exercise === name),
        view,
      ),
    )
    .join('\n')
}

/** How many exercises pass, and which do not. */
export function renderAll(verdicts: readonly Verdict[], view: View): string {
  const rest = verdicts.filter(({ verdict }) => verdict !== 'pass')
  const count = `${verdicts.length - rest.length} of ${verdicts.length} exercises pass`
  if (rest.length === 0) return wrap(`${count}.`, view.width)
  return wrap(`${count}. Not yet: ${rest.map(({ exercise }) => exercise).join(', ')}.`, view.width)
}

const OUTCOMES: readonly Outcome[] = ['pass', 'fail', 'error', 'skipped']

function tallyOf(name: string, verdicts: readonly Verdict[], view: View): string {
  const counts = OUTCOMES.map((outcome) => ({
    outcome,
    runs: verdicts.filter(({ verdict }) => verdict === outcome),
  })).filter(({ runs }) => runs.length > 0)
  const table = counts.map(({ outcome, runs }) => `${runs.length} ${outcome}`).join(', ')
  if (counts.length === 1) return wrap(`${name}: ${table}`, view.width)
  const seeds = counts.map(({ outcome, runs }) => `${outcome} with --seed ${runs[0]?.seed}`).join(', ')
  return wrap(`${paint(view, 'bold', `${name}: flaky`)}: ${table} (${seeds})`, view.width)
}
