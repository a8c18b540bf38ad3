import { type Html, html } from '../../pages/html.ts'
import { describeTerms } from '../outputs/describe-terms.ts'
import { type CohortFacts, nameOf } from './cohort.ts'
import { legible } from './legible.ts'

/**
 * What the roster grants, and to whom: extensions, excuses, adjustments with their reasons,
 * comments. Undefined if it grants nothing.
 */
export function renderTerms({ learners }: CohortFacts): Html | undefined {
  const items = learners.flatMap((learner, row) => {
    const terms = describeTerms(learner).map((text) => legible(text))
    const name = legible(nameOf(learner), 80)
    return terms.length === 0
      ? []
      : [html`<li><a href="#r${row}"><bdi>${name}</bdi></a>: <bdi>${terms.join('; ')}</bdi></li>`]
  })
  if (items.length === 0) return undefined
  return html`<section class="terms" aria-labelledby="by-roster"><h2 id="by-roster">By the roster</h2><ul>${items}</ul></section>`
}
