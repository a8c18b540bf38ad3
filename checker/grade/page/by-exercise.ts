import { type Html, html } from '../../pages/html.ts'
import type { Score } from '../outputs/scores.ts'
import { type CellState, STATE_NAMES, STATES, stateOf } from './states.ts'

const BAR = 200
/** Columns that are shown only if they are not empty. */
const RARE: ReadonlySet<CellState> = new Set(['flaky', 'error', 'excused', 'none'])

/** The results of each exercise, in numbers and as a bar. */
export function renderByExercise(exercises: readonly string[], scores: readonly Score[]): Html {
  const shown = STATE_NAMES.filter(
    (state) => !RARE.has(state) || scores.some(({ cells }) => cells.some((cell) => stateOf(cell) === state)),
  )
  const rows = exercises.map((exercise, i) => {
    const cells = scores.flatMap(({ cells: row }) => row[i] ?? [])
    const counts = shown.map((state) => ({
      state,
      count: cells.filter((cell) => stateOf(cell) === state).length,
    }))
    const numbers = counts.map(({ count }) => html`<td>${count === 0 ? '' : count}</td>`)
    return html`<tr><th scope="row">${exercise}</th>${numbers}<td>${renderBar(counts, cells.length)}</td></tr>`
  })
  const heads = shown.map((state) => html`<th scope="col">${STATES[state].words}</th>`)
  return html`<section><h2 id="by-exercise">By exercise</h2><div class="scroller"><table class="counts" aria-labelledby="by-exercise"><thead><tr><th scope="col">Exercise</th>${heads}<td></td></tr></thead><tbody>${rows}</tbody></table></div></section>`
}

function renderBar(counts: readonly { state: CellState; count: number }[], all: number): Html {
  let x = 0
  const parts = counts.map(({ state, count }) => {
    const width = (count / Math.max(1, all)) * BAR
    x += width
    return html`<rect class="${STATES[state].letter}" x="${x - width}" width="${width}" height="12"/>`
  })
  return html`<svg aria-hidden="true" width="${BAR}" height="12">${parts}</svg>`
}
