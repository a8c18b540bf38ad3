import { type Content, type Html, html } from '../../pages/html.ts'
import { type CohortFacts, nameOf } from './cohort.ts'
import { sentenceOf } from './common-failures.ts'
import { legible } from './legible.ts'
import { isOdd, isUnread, STATES, stateOf } from './states.ts'
import type { Stuck } from './stuck.ts'

/** So many are named; the table can show all. */
const MAX_ODD = 6
const MAX_FAILURES = 3

/** What a facilitator should see before anything else: where the room is stuck, and what no machine can decide. */
export function renderLookFirst(cohort: CohortFacts, stuck: Stuck | undefined): Html {
  return html`<section class="first" aria-label="Where to look first">
${renderStuck(cohort, stuck)}
${renderOdd(cohort)}
</section>`
}

function renderStuck({ failures, scores }: CohortFacts, stuck: Stuck | undefined): Html {
  if (!stuck) {
    return html`<div><h2>Where the room is stuck</h2><p>Nowhere: no exercise was passed by fewer than the one before it.</p></div>`
  }
  const { exercise, passed, before, passedBefore, absent } = stuck
  const own = failures.filter((failure) => failure.exercise === exercise).slice(0, MAX_FAILURES)
  const nothing = absent > 0 ? ` ${absent} handed in nothing that could be run.` : ''
  const list =
    own.length > 0
      ? html`<p>What fails there:</p><ul>${own.map((failure) => html`<li>${sentenceOf(failure)}</li>`)}</ul>`
      : undefined
  return html`<div><h2>The room is stuck at <b class="stuck"><span aria-hidden="true">▾ </span>${exercise}</b></h2>
<p>${passed} of ${scores.length} passed it; ${passedBefore} passed ${before} before it.${nothing}</p>${list}</div>`
}

function renderOdd({ learners, exercises, scores }: CohortFacts): Html {
  const odd = scores.flatMap(({ cells }, row) =>
    cells.flatMap((cell, column) => (isOdd(cell) ? [{ cell, row, column }] : [])),
  )
  if (odd.length === 0) {
    return html`<div><h2>To look at</h2><p>Nothing: every file could be read and judged, and no two runs disagreed.</p></div>`
  }
  const items = odd.slice(0, MAX_ODD).map(({ cell, row, column }): Content => {
    const learner = learners[row]
    const { sign, words } = STATES[stateOf(cell)]
    const what = isUnread(cell) ? '× not readable' : `${sign} ${words}`
    const name = legible(learner ? nameOf(learner) : '', 40)
    const why = cell.record?.reason === undefined ? '' : `: ${legible(cell.record.reason, 120)}`
    return html`<li><b>${what}</b> <a href="#r${row}" data-cell="${row}:${column}"><bdi>${name}</bdi>, ${exercises[column]}</a><bdi>${why}</bdi></li>`
  })
  const left = odd.length - items.length
  const more = left > 0 ? html`<p>… and ${left} more: sort by Look.</p>` : undefined
  return html`<div><h2>To look at: ${odd.length}</h2><ul>${items}</ul>${more}</div>`
}
