import { type Content, type Html, html } from '../../pages/html.ts'
import { renderPage } from '../../pages/page.ts'
import { describePolicy } from '../outputs/describe-policy.ts'
import { hasTotal } from '../outputs/scores.ts'
import { renderByExercise } from './by-exercise.ts'
import type { CohortFacts } from './cohort.ts'
import { cohortStyle } from './cohort-style.ts'
import { renderCommonFailures } from './common-failures.ts'
import { minuteOf, panelData } from './details.ts'
import { filter } from './filter.js'
import { grid } from './grid.js'
import { mapData, meanOf, presentScores, renderHeatMap } from './heat-map.ts'
import { renderIsland } from './island.ts'
import { renderLookFirst } from './look-first.ts'
import { panel } from './panel.js'
import { sort } from './sort.js'
import { isRare, points, STATE_NAMES, STATES } from './states.ts'
import { stuckAt } from './stuck.ts'
import { renderTerms } from './terms.ts'

/**
 * The gradebook of a cohort as one self-contained page. Its table is readable without scripts;
 * scripts sort it, filter it and open its cells.
 */
export function gradebookPage(cohort: CohortFacts): string {
  const { exercises } = cohort
  const scores = presentScores(cohort)
  const stuck = stuckAt(exercises, scores)
  return renderPage({
    title: 'Accept Loop: gradebook',
    style: cohortStyle(exercises.length),
    scripts: [sort, filter, grid, panel],
    frames: true,
    body: html`<header>
<p class="kicker">Accept Loop</p>
<h1>Gradebook</h1>
<p class="facts">${facts(cohort)}</p>
<p class="facts">${describePolicy(cohort.policy).join(' ')}</p>
${renderBare(cohort)}
</header>
<main>
${renderLookFirst(cohort, stuck)}
<section class="map" aria-label="Learners by exercises">
${renderControls(exercises)}
${renderLegend(cohort)}
${renderHeatMap(cohort, stuck?.exercise)}
</section>
${renderTerms(cohort)}
${renderCommonFailures(cohort)}
${renderByExercise(exercises, scores)}
</main>
<aside id="panel" aria-labelledby="panel-name" hidden></aside>
${renderIsland('map-data', mapData(cohort))}
${renderIsland('panel-data', panelData(cohort))}`,
  })
}

function facts(cohort: CohortFacts): Content {
  const { learners, exercises, scores } = cohort
  const times = scores.flatMap(({ cells }) => cells.flatMap(({ record }) => record?.gradedAt ?? []))
  const last = times.sort().at(-1)
  const gone = learners.filter((learner) => learner.gone).length
  const present = presentScores(cohort)
  const counted = present.filter(hasTotal)
  const some = counted.length < present.length ? ` of the ${counted.length} with a total` : ''
  const parts = [
    `${learners.length} ${learners.length === 1 ? 'learner' : 'learners'}${gone > 0 ? `, ${gone} of them gone` : ''}`,
    `${exercises.length} ${exercises.length === 1 ? 'exercise' : 'exercises'}`,
    `${points(meanOf(cohort))} % on average${some}`,
  ]
  return [...parts, ...(last ? [`graded until ${minuteOf(last)}`] : [])].join(' · ')
}

function renderBare({ scores }: CohortFacts): Content {
  const bare = scores.filter(({ cells }) => cells.some(({ record }) => record?.sandboxed === false)).length
  if (bare === 0) return undefined
  return html`<p class="bare"><b>No sandbox.</b> Programs of ${bare} of ${scores.length} learners ran without one: they could read and write what whoever graded them can, this gradebook among it. Their rows say so.</p>`
}

function renderControls(exercises: readonly string[]): Html {
  const states = STATE_NAMES.map(
    (state) => html`<option value="${STATES[state].letter}">${STATES[state].words}</option>`,
  )
  const columns = exercises.map((name, i) => html`<option value="${i}">${name}</option>`)
  return html`<form class="controls" id="controls">
<label>Name or id <input type="search" id="text" autocomplete="off" spellcheck="false"></label>
<label>Shows <select id="state"><option value="">anything</option>${states}<option value="odd">to look at</option><option value="late">late</option></select></label>
<label>in <select id="column" aria-label="in exercise"><option value="">any exercise</option>${columns}</select></label>
<button type="reset">Show all</button>
<output id="count" role="status"></output>
</form>`
}

function renderLegend({ scores }: CohortFacts): Html {
  const excused = scores.some(({ cells }) => cells.some((cell) => cell.excused))
  const signs = STATE_NAMES.filter((state) => !isRare(state) || (excused && state === 'excused')).map(
    (state) => {
      const { letter, sign, words } = STATES[state]
      return html`<li><span class="${letter} key">${sign}</span> ${state === 'fail' ? 'failed: points of 100' : words}</li>`
    },
  )
  return html`<ul class="legend" aria-label="Signs">${signs}<li><span class="s key">×</span> not taken</li><li><span class="key">2d</span> days late</li></ul>
<p class="how" id="how">The arrow keys move in the table, Enter on a cell opens it and on a name of a column sorts by it, Escape closes.</p>`
}
