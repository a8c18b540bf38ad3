import { type Html, html } from '../../pages/html.ts'
import type { CommonFailure } from '../outputs/common-failures.ts'
import { type CohortFacts, nameOf } from './cohort.ts'
import { legible } from './legible.ts'

/** A longer list is not a summary any more. */
const MAX_SHOWN = 40

/**
 * What several learners get wrong: what to explain once, to all of them. Below each, in which ways
 * it fails and for whom.
 */
export function renderCommonFailures(cohort: CohortFacts): Html {
  const { failures } = cohort
  if (failures.length === 0)
    return html`<section><h2>Common failures</h2><p>None: nothing failed.</p></section>`
  const rowOf = new Map(cohort.learners.map(({ id }, i) => [id, i]))
  const items = failures.slice(0, MAX_SHOWN).map((failure) => renderCommonFailure(failure, cohort, rowOf))
  const left = failures.length - items.length
  return html`<section class="failures"><h2>Common failures</h2><p class="dim">The first test that fails of each learner, since the others often follow from it.</p>
<ol>${items}</ol>${left > 0 ? html`<p>… and ${left} more.</p>` : undefined}</section>`
}

/**
 * `14 of 60 fail at “echoes a line”: only a first part of the answer comes (12); nothing comes
 * (2)`.
 */
export function sentenceOf({ test, learners, judged, ways }: CommonFailure): Html {
  const how = ways.map((way) => (ways.length > 1 ? `${way.how} (${way.learners.length})` : way.how))
  const fail = learners.length === 1 ? 'fails' : 'fail'
  const where = test === undefined ? 'before the first test' : html`at <q>${legible(test, 120)}</q>`
  return html`<b>${learners.length} of ${judged}</b> ${fail} ${where}: ${how.join('; ')}`
}

function renderCommonFailure(failure: CommonFailure, cohort: CohortFacts, rowOf: Map<string, number>): Html {
  const column = cohort.exercises.indexOf(failure.exercise)
  const ways = failure.ways.map(({ how, learners }) => {
    const names = learners.map((id) => {
      const row = rowOf.get(id) ?? -1
      const learner = cohort.learners[row] ?? { id }
      return html`<li><a href="#r${row}" data-cell="${row}:${column}"><bdi>${legible(nameOf(learner), 40)}</bdi></a></li>`
    })
    return html`<p>${how}</p><ul class="names">${names}</ul>`
  })
  return html`<li><details><summary><span class="where">${failure.exercise}</span> <span>${sentenceOf(failure)}</span></summary>${ways}</details></li>`
}
