import type { Verdict } from '../judge/verdict.ts'
import { harmless } from '../program/bytes.ts'
import type { Subject } from '../program/subject.ts'
import { SIGNS } from './diagram.ts'
import { renderGuide } from './guide.ts'
import { type Content, html } from './html.ts'
import { keys } from './keys.js'
import { renderPage } from './page.ts'
import { renderTest } from './test-section.ts'
import { WIRE_STYLE } from './wire-style.ts'

/** What the page says besides the verdict. */
export interface WireOptions {
  /** `Echo: read, write`. */
  title: string
  /** What the learner wrote. */
  subject: Subject
  /** When it was checked, for people to read. */
  checked?: string
  /** The program, if it has not changed since. */
  source?: string
}

/**
 * The last check as one self-contained page: a sequence diagram for each test, with the first
 * failure open.
 */
export function wirePage(verdict: Verdict, options: WireOptions): string {
  const number = verdict.exercise.slice(0, 2)
  const opened = Math.max(
    0,
    verdict.tests.findIndex(({ verdict: each }) => each === 'fail' || each === 'error'),
  )
  const tests = verdict.tests.map((test, i) => renderTest(test, i + 1, options, i === opened))
  return renderPage({
    title: `${number} ${options.title}: the wire`,
    style: WIRE_STYLE,
    scripts: [keys],
    body: html`${SIGNS}<header>
<p class="kicker">The wire</p>
<h1>${number} ${options.title}</h1>
<p class="verdict ${verdict.verdict}">${headline(verdict)}</p>
<dl class="facts">${facts(verdict, options)}</dl>
</header>
<main>${compileError(verdict)}${tests}</main>
${renderGuide(options.subject)}`,
  })
}

function headline({ verdict, tests, message }: Verdict): Content {
  const failed = tests.filter((test) => test.verdict === 'fail').length
  const all = `${tests.length} ${tests.length === 1 ? 'test' : 'tests'}`
  switch (verdict) {
    case 'pass':
      return `Passes ${tests.length === 1 ? 'its one test' : `all ${all}`}`
    case 'fail':
      return tests.length === 0 ? 'Does not compile' : `Fails ${failed} of ${all}`
    case 'error':
      return html`Could not be judged; this is not about your code. <span>${firstLine(message ?? '')}</span>`
    default:
      return html`Was not checked. <span>${firstLine(message ?? '')}</span>`
  }
}

function facts(verdict: Verdict, { checked }: WireOptions): Content {
  const again = `npm run check ${verdict.exercise.slice(0, 2)} -- --seed ${verdict.seed}`
  return [
    checked === undefined ? undefined : html`<div><dt>Checked</dt><dd>${checked}</dd></div>`,
    html`<div><dt>Took</dt><dd>${(verdict.ms / 1000).toFixed(1)} s</dd></div>`,
    html`<div><dt>The same values again</dt><dd><code>${again}</code></dd></div>`,
  ]
}

function compileError({ compileError: error }: Verdict): Content {
  if (!error) return undefined
  const caret = `${' '.repeat(error.column)}^`
  return html`<section class="compile"><p>${harmless(error.message)}</p>
<pre><b>line ${error.line}</b>\n${harmless(error.text.replaceAll('\t', ' '))}\n<mark>${caret}</mark></pre></section>`
}

function firstLine(text: string): string {
  return harmless(text.split('\n')[0] ?? '')
}
