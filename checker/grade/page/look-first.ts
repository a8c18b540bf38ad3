import { type Content, type Html, html } from '../../pages/html.ts'
import { recordsIn } from '../outputs/grades.ts'
import { exercisesOf, type ProblemCell, problemsIn } from '../outputs/problems.ts'
import { sameFiles } from '../outputs/same-files.ts'
import { type CohortFacts, nameOf } from './cohort.ts'
import { sentenceOf } from './common-failures.ts'
import { legible } from './legible.ts'
import { STATES } from './states.ts'
import type { Stuck } from './stuck.ts'

/** This many are named; the table can show all. */
const MAX_PROBLEMS = 8
const MAX_UNPLACED = 20
const MAX_NAMES = 8
const MAX_FAILURES = 3

/**
 * What a facilitator should see before anything else: where learners are stuck, and what no machine
 * can decide.
 */
export function renderLookFirst(cohort: CohortFacts, stuck: Stuck | undefined): Html {
  return html`<section class="first" aria-label="Where to look first">
${renderStuck(cohort, stuck)}
${renderProblems(cohort)}
${renderSame(cohort)}
${renderUnplaced(cohort)}
</section>`
}

function renderStuck({ failures }: CohortFacts, stuck: Stuck | undefined): Html {
  if (!stuck) {
    return html`<div><h2>Where the room is stuck</h2><p>Nowhere: no exercise was passed by fewer than the one before it.</p></div>`
  }
  const { exercise, counted, passed, before, passedBefore, absent } = stuck
  const own = failures.filter((failure) => failure.exercise === exercise).slice(0, MAX_FAILURES)
  const nothing = absent > 0 ? ` ${absent} handed in nothing that could be run.` : ''
  const list =
    own.length > 0
      ? html`<p>What fails there:</p><ul>${own.map((failure) => html`<li>${sentenceOf(failure)}</li>`)}</ul>`
      : undefined
  return html`<div><h2>The room is stuck at <b class="stuck"><span aria-hidden="true">▾ </span>${exercise}</b></h2>
<p>${passed} of ${counted} passed it; ${passedBefore} passed ${before} before it.${nothing}</p>${list}</div>`
}

function renderProblems({ learners, scores }: CohortFacts): Html {
  const problems = problemsIn(scores.map((score) => ({ score })))
  if (problems.length === 0) {
    return html`<div><h2>To look at</h2><p>Nothing: every file could be read and judged, and no two runs disagreed.</p></div>`
  }
  const nameIn = ({ row }: ProblemCell) => legible(learners[row] ? nameOf(learners[row]) : '', 40)
  const items = problems.slice(0, MAX_PROBLEMS).map((problem): Content => {
    const [first = NOWHERE] = problem.cells
    const { sign, words } = STATES[problem.verdict]
    const what = problem.verdict === 'skipped' ? '× not taken' : `${sign} ${words}`
    const names = [...new Set(problem.cells.map(nameIn))]
    const more = names.length > 1 ? ` and ${names.length - 1} more` : ''
    const why = problem.reason === '' ? '' : `: ${legible(problem.reason, 160)}`
    return html`<li><b>${what}</b> <a href="#r${first.row}" data-cell="${first.row}:${first.column}"><bdi>${names[0] ?? ''}</bdi>${more}, ${exercisesOf(problem)}</a><bdi>${why}</bdi></li>`
  })
  const left = problems.length - items.length
  const more = left > 0 ? html`<p>… and ${left} more: sort by Look.</p>` : undefined
  return html`<div><h2>To look at: ${problems.length}</h2><ul>${items}</ul>${more}</div>`
}

const NOWHERE: ProblemCell = { row: 0, column: 0, learner: '', exercise: '' }

/** Who handed in exactly the same file; empty if no one did. */
function renderSame({ learners, exercises, scores }: CohortFacts): Content {
  const groups = sameFiles(scores.flatMap((score) => recordsIn({ score })))
  if (groups.length === 0) return undefined
  const rowOf = new Map(learners.map(({ id }, row) => [id, row]))
  const items = groups.slice(0, MAX_PROBLEMS).map(({ exercise, learners: ids }) => {
    const names = ids.slice(0, MAX_NAMES).map((id, i) => {
      const row = rowOf.get(id) ?? 0
      const name = legible(nameOf(learners[row] ?? { id }), 40)
      return html`${i > 0 ? ', ' : ''}<a href="#r${row}" data-cell="${row}:${exercises.indexOf(exercise)}"><bdi>${name}</bdi></a>`
    })
    const left = ids.length - names.length
    return html`<li><b>${exercise}</b> ${names}${left > 0 ? ` and ${left} more` : ''}</li>`
  })
  const left = groups.length - items.length
  return html`<div><h2>The very same file: ${groups.length}</h2><ul>${items}</ul>${left > 0 ? html`<p>… and ${left} more, in results.json.</p>` : undefined}</div>`
}

/** What was handed in and is in no cell; empty if there is nothing. */
function renderUnplaced({ unplaced }: CohortFacts): Content {
  if (unplaced.length === 0) return undefined
  const items = unplaced
    .slice(0, MAX_UNPLACED)
    .map(
      ({ name, reason }) =>
        html`<li><b><bdi>${legible(name, 80)}</bdi></b> <bdi>${legible(reason, 160)}</bdi></li>`,
    )
  const left = unplaced.length - items.length
  const more = left > 0 ? html`<p>… and ${left} more, in results.json.</p>` : undefined
  return html`<div><h2>Handed in, and not graded: ${unplaced.length}</h2><ul>${items}</ul>${more}</div>`
}
