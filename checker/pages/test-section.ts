import type { TestResult } from '../judge/verdict.ts'
import { harmless } from '../program/bytes.ts'
import type { Subject } from '../program/subject.ts'
import { likelyCause } from '../report/causes.ts'
import { renderEvidence } from './evidence.ts'
import { renderFields } from './fields.ts'
import { type Content, type Html, html } from './html.ts'
import { toLanes } from './lanes.ts'
import { renderPrinted } from './printed.ts'
import { toRows, type WireRow } from './rows.ts'
import { renderStage } from './stage.ts'
import { durationText, renderStrip } from './strip.ts'
import { markWrong } from './wrong.ts'

/**
 * One test: what was checked and the result, the strip to scale, and its conversation row by row.
 */
export function renderTest(
  test: TestResult,
  number: number,
  { subject, source }: { subject: Subject; source?: string },
  open: boolean,
): Html {
  const rows = toRows(test)
  markWrong(rows, test)
  const lanes = toLanes(rows, subject)
  const section = html`<summary><h2><span class="state">${STATES[test.verdict]}</span> <span class="title">The ${subject} ${test.title}</span></h2><span class="extent">${extent(test)}</span></summary>
${renderMessage(test, number, rows, source)}
${rows.length > 1 ? [renderStrip(rows, lanes), renderStage(test, rows, lanes, { subject, id: `wrong-${number}` })] : undefined}
${renderOutput('stdout', test.stdout, rows)}${renderOutput('stderr', test.stderr, rows)}`
  return open
    ? html`<details class="test ${test.verdict}" id="test-${number}" open>${section}</details>`
    : html`<details class="test ${test.verdict}" id="test-${number}">${section}</details>`
}

const STATES = { pass: 'passed', fail: 'failed', error: 'not judged', skipped: 'skipped' }

function extent({ conversation, ms }: TestResult): string {
  const peers = conversation.filter(({ kind }) => kind === 'connect' || kind === 'accept').length
  const what = [
    `${peers} ${peers === 1 ? 'connection' : 'connections'}`,
    `${conversation.length} ${conversation.length === 1 ? 'event' : 'events'}`,
  ]
  return [...what, durationText(ms)].join(' · ')
}

function renderMessage(test: TestResult, number: number, rows: readonly WireRow[], source?: string): Content {
  if (test.message === undefined) return undefined
  const cause = likelyCause(test, source)
  const shown = rows.length > 1 && rows.some(({ wrong }) => wrong !== undefined)
  return html`<div class="message"><p>${harmless(test.message.split('\n')[0] ?? '')}</p>
${test.failure ? renderEvidence(test.failure) : undefined}${test.decoded ? renderFields(test.decoded) : undefined}
${cause ? html`<p class="cause"><b>A likely cause.</b> ${cause}</p>` : undefined}
${shown ? html`<p class="jump"><a href="#wrong-${number}">Where it shows on the wire</a></p>` : undefined}</div>`
}

/** Everything that the program printed, if that is more than its rows show. */
function renderOutput(stream: 'stdout' | 'stderr', text: string, rows: readonly WireRow[]): Content {
  const bytes = Buffer.from(text)
  const shown = rows.filter(({ kind }) => kind === stream).flatMap(({ stretches }) => stretches)
  if (bytes.length <= shown.reduce((sum, stretch) => sum + stretch.bytes.length, 0)) return undefined
  return html`<details class="output"><summary>All that was kept of ${stream}</summary>${renderPrinted([{ from: 0, bytes }], bytes.length)}</details>`
}
