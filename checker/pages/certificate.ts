import type { Heading } from '../course/course.ts'
import type { Progress } from '../progress/progress.ts'
import { CERTIFICATE_STYLE } from './certificate-style.ts'
import { SIGNS } from './diagram.ts'
import { type Content, type Html, html } from './html.ts'
import { renderPage } from './page.ts'

/** One exercise of the course, as the certificate names it. */
export interface Passed extends Heading {
  progress: Progress
}

export interface CertificateFacts {
  /** When everything was checked again, for people to read. */
  date: string
  /** Formats the time at which an exercise was first passed, for people to read. */
  dateOf: (iso: string) => string
  /** The learner's name; without one there is a line to write on. */
  name?: string
}

/**
 * The certificate of the whole course as one self-contained page: every exercise, its date and its
 * attempts. One sheet of paper.
 */
export function certificatePage(exercises: readonly Passed[], options: CertificateFacts): string {
  const count = exercises.length
  const attempts = exercises.reduce((sum, { progress }) => sum + attemptsOf(progress), 0)
  return renderPage({
    title: 'Accept Loop: certificate',
    style: CERTIFICATE_STYLE,
    body: html`${SIGNS}<main class="sheet">
${EMBLEM}
<p class="kicker">Accept Loop</p>
<h1>${count} servers, from the socket up</h1>
<p class="name"><span class="aside">Name:</span>${options.name && html`<b>${options.name}</b>`}</p>
<p class="statement">has written every server of this course, from the first <code>listen</code> to protocols that real clients speak. All ${count} exercises were checked again, one after the other, and passed on <b>${options.date}</b>.</p>
<div class="parts">${partsOf(exercises).map((part) => renderPart(part, options))}</div>
<p class="footing">${attemptsText(attempts)} in all. <code>npm run certificate</code> checks everything again.</p>
</main>`,
  })
}

interface Part {
  name: string
  exercises: Passed[]
}

/** The exercises by part, in the order of the course. */
function partsOf(exercises: readonly Passed[]): Part[] {
  const names = [...new Set(exercises.map(({ part }) => part))]
  return names.map((name) => ({ name, exercises: exercises.filter(({ part }) => part === name) }))
}

function renderPart({ name, exercises }: Part, { dateOf }: CertificateFacts): Html {
  const rows = exercises.map(({ title, progress }) => {
    const { exercise, passedAt } = progress
    return html`<tr><td class="number">${exercise.slice(0, 2)}</td><th scope="row">${title}</th><td class="day">${passedAt && dateOf(passedAt)}</td><td class="attempts">${attemptsOf(progress)}</td></tr>`
  })
  return html`<table><caption>${name}</caption><thead><tr><th scope="col"><span class="aside">Number</span></th><th scope="col"><span class="aside">Exercise</span></th><th scope="col" class="day">passed</th><th scope="col" class="attempts">attempts</th></tr></thead><tbody>${rows}</tbody></table>`
}

/** How many checks it took to pass; later ones do not count. */
function attemptsOf({ attempts, passedAfter }: Progress): number {
  return passedAfter ?? attempts
}

function attemptsText(count: number): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? 'attempt' : 'attempts'}`
}

/** A conversation from its first arrow to its last. */
const EMBLEM = html`<svg class="emblem" width="220" height="96" aria-hidden="true"><g class="life-lines"><line x1="30" x2="30" y1="8" y2="88"/><line x1="190" x2="190" y1="4" y2="92"/></g><use href="#ring" x="30" y="14"/>${[
  arrow(14, 'right', 'tip'),
  arrow(34, 'left', 'tip'),
  arrow(54, 'right', 'tip'),
  arrow(70, 'left', 'stop'),
  arrow(84, 'right', 'stop'),
]}</svg>`

function arrow(y: number, side: 'left' | 'right', head: 'tip' | 'stop'): Content {
  const tip = side === 'right' ? 190 : 30
  return html`<line class="shaft" x1="30" x2="190" y1="${y}" y2="${y}"/><use href="#${head}-${side}" x="${tip}" y="${y}"/>`
}
