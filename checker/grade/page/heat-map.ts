import { type Content, type Html, html } from '../../pages/html.ts'
import { signed } from '../outputs/describe-terms.ts'
import { meanOf as meanOfRows } from '../outputs/grades.ts'
import { lateText } from '../outputs/lateness.ts'
import { isToLookAt } from '../outputs/problems.ts'
import { type Cell, hasTotal, type Score } from '../outputs/scores.ts'
import type { Learner } from '../store/record.ts'
import { type CohortFacts, nameOf } from './cohort.ts'
import { legible } from './legible.ts'
import { isUntaken, points, STATES, stateOf } from './states.ts'

/** Names are cut here; the filter searches what is shown. */
const NAME_CHARACTERS = 80

/**
 * The table of learners by exercises: readable as it is, and a grid to move in and to sort once the
 * scripts run.
 */
export function renderHeatMap(cohort: CohortFacts, stuck: string | undefined): Html {
  const { learners, exercises } = cohort
  const scores = presentScores(cohort)
  const heads = exercises.map((name) => {
    return html`<th scope="col" class="exercise${name === stuck ? ' stuck' : ''}"><b>${name.slice(0, 2)}</b> <span>${name.slice(3)}</span></th>`
  })
  const passed = exercises.map((_, i) => {
    const counted = scores.filter(({ cells }) => !cells[i]?.excused)
    const count = counted.filter(({ cells }) => cells[i]?.record?.verdict === 'pass').length
    return html`<td>${points(count / Math.max(1, counted.length))}</td>`
  })
  const rows = learners.map((learner, i) => renderRow(cohort, i, learner))
  return html`<div class="scroller"><table id="map"><caption class="aside">Learners by exercises</caption>
<thead><tr><th scope="col">Learner</th><th scope="col" class="look">Look</th><th scope="col" class="total">Total</th>${heads}</tr>
<tr class="share"><th scope="row">passed, %</th><td></td><td>${points(meanOf(cohort))}</td>${passed}</tr></thead>
<tbody>
${rows}</tbody></table></div>`
}

function renderRow({ scores }: CohortFacts, i: number, learner: Learner): Html {
  const score = scores[i] ?? { learner: learner.id, cells: [], total: 0 }
  const { cells } = score
  const { id, gone } = learner
  const name = nameOf(learner)
  const bare = cells.some(({ record }) => record?.sandboxed === false)
  const own = legible(name, NAME_CHARACTERS)
  const marks = lookMarks(cells)
  const by = name === id ? undefined : html` <small><bdi>${legible(id, NAME_CHARACTERS)}</bdi></small>`
  return html`<tr id="r${i}" class="${marks.length > 0 ? 'odd' : ''}"><th scope="row"><bdi>${own}</bdi>${by}${bare ? html` <em>no sandbox</em>` : undefined}${gone ? html` <em>gone</em>` : undefined}</th><td class="look">${marks}</td><td class="total">${renderTotal(score, learner)}</td>${cells.map(renderCell)}</tr>
`
}

function renderTotal(score: Score, { adjust }: Learner): Content {
  if (!hasTotal(score)) return undefined
  if (adjust === undefined) return points(score.total)
  return html`${points(score.total)}<i>${signed(adjust)}</i><span class="aside"> adjusted</span>`
}

/** How many cells of a row need a look, by sign. */
function lookMarks(cells: readonly Cell[]): Content[] {
  const kinds = [
    ['≈', 'flaky', cells.filter((cell) => stateOf(cell) === 'flaky').length],
    ['!', 'not judged', cells.filter((cell) => stateOf(cell) === 'error').length],
    ['×', 'not taken', cells.filter(isUntaken).length],
  ] as const
  return kinds
    .filter(([, , count]) => count > 0)
    .map(([sign, words, count]) => html`<span>${sign}${count}<span class="aside"> ${words} </span></span>`)
}

function renderCell(cell: Cell): Html {
  const state = stateOf(cell)
  const { letter, sign, words } = STATES[state]
  const own = points(cell.score)
  // In quarters: more shades could not be told apart.
  const heat = state === 'fail' ? ` q${Math.min(3, Math.floor(own / 25))}` : ''
  const late = cell.lateDays > 0
  const score = state === 'fail' || (late && state === 'pass') ? `, ${own} of 100` : ''
  const label = `${words}${isUntaken(cell) ? ', not taken' : ''}${score}${late ? `, ${lateText(cell.lateDays)}` : ''}`
  const text = state === 'fail' ? own : isUntaken(cell) ? '×' : sign
  return html`<td class="${letter}${heat}" aria-label="${label}">${text}${late ? html`<i>${cell.lateDays}d</i>` : undefined}</td>`
}

/**
 * What the scripts sort and filter by, for each row: a letter for each state (x: not accepted),
 * points, how many need a look, which came late.
 */
export function mapData({ exercises, scores }: CohortFacts): object {
  return {
    exercises,
    rows: scores.map((score) => toRow(score)),
  }
}

function toRow(score: Score) {
  const { cells, total } = score
  return {
    // Below 0, because 0 is a total.
    total: hasTotal(score) ? total : -1,
    odd: cells.filter(isToLookAt).length,
    states: cells.map((cell) => (isUntaken(cell) ? 'x' : STATES[stateOf(cell)].letter)).join(''),
    points: cells.map(({ score }) => points(score)),
    late: cells.flatMap(({ lateDays }, i) => (lateDays > 0 ? [i] : [])),
  }
}

/** The mean of the totals. */
export function meanOf({ learners, scores }: CohortFacts): number {
  return meanOfRows(learners.flatMap((learner, i) => (scores[i] ? [{ learner, score: scores[i] }] : [])))
}

/** The scores of those who are not gone. */
export function presentScores({ learners, scores }: CohortFacts): Score[] {
  return scores.filter((_, i) => !learners[i]?.gone)
}
