import type { TestResult } from '../judge/verdict.ts'
import type { Subject } from '../program/subject.ts'
import { laneClass, renderCast, renderDiagram, renderGap, stepsFor } from './diagram.ts'
import { renderDump } from './dump.ts'
import { type Content, type Html, html } from './html.ts'
import { type Lanes, type Life, livesOf, STDIN } from './lanes.ts'
import { isLong, renderPreview } from './preview.ts'
import { renderPrinted } from './printed.ts'
import type { WireRow } from './rows.ts'
import { within } from './stretch.ts'
import { durationText } from './strip.ts'
import { renderWords } from './words.ts'

/**
 * How many bytes of one test hex dumps show at most, shared evenly among its rows: this keeps the
 * page small.
 */
const DUMPED_BYTES = 65_536
const MIN_DUMPED_BYTES = 64
/** If nothing happens for at least this long, the wait gets its own row. */
const WAIT_MS = 200

/**
 * The conversation of a test as a list, row by row in the order of time, each with its part of the
 * diagram.
 */
export function renderStage(
  test: TestResult,
  rows: readonly WireRow[],
  lanes: Lanes,
  { subject, id }: { subject: Subject; id: string },
): Html {
  const lives = livesOf(rows, lanes)
  const share = Math.max(MIN_DUMPED_BYTES, Math.floor(DUMPED_BYTES / rows.length))
  const name = (peer?: string) => {
    const lane = peer === undefined ? lanes.program : (lanes.of.get(peer) ?? lanes.program)
    const text = peer === STDIN ? 'standard input' : (peer ?? subject)
    return html`<span class="who ${laneClass(lane, lanes)}">${text}</span>`
  }
  const items = rows.map((row, i) => {
    const [before = [], after = []] = lives.slice(i, i + 2)
    const waits = row.since >= WAIT_MS
    const steps = waits ? 0 : stepsFor(row.since)
    const words = renderWords(row, { subject, test, name })
    return html`${waits ? renderWait(row, lanes, before) : undefined}<li ${attributes(row, steps, id)}>${renderTime(row)}${renderDiagram(row, lanes, { before, after, steps })}<div class="what"><p>${renderAlarm(row)}${words}</p>${renderMessages(row)}${renderBytes(row, share)}</div></li>`
  })
  return html`<div class="stage count${lanes.names.length}"><div class="cast" aria-hidden="true">${renderCast(lanes)}</div><ol role="list" class="wire" aria-label="The conversation">${items}</ol></div>`
}

function attributes({ kind, wrong }: WireRow, steps: number, id: string): Html {
  if (wrong === undefined) return html`class="row ${kind} gap${steps}"`
  return html`class="row ${kind} gap${steps} wrong" id="${id}"`
}

/** Says in words what the colours say. */
function renderAlarm({ wrong }: WireRow): Content {
  if (wrong === undefined) return undefined
  const where = wrong === true ? '' : ` at byte ${wrong.toLocaleString('en-US')} of these`
  return html`<span class="aside">Here it goes wrong${where}: </span>`
}

function renderTime({ at }: WireRow): Html {
  return html`<span class="at">${at.toFixed(1)}<span class="aside"> ms</span></span>`
}

function renderWait(row: WireRow, lanes: Lanes, lives: readonly Life[]): Html {
  return html`<li class="row wait"><span class="at"></span>${renderGap(lanes, lives)}<div class="what"><p>Nothing for ${durationText(row.since)}</p></div></li>`
}

function renderBytes(row: WireRow, share: number): Content {
  if (row.length === 0) return undefined
  const wrong = typeof row.wrong === 'number' ? row.wrong : undefined
  // A dump that is cut short is cut around the wrong byte.
  const from = wrong === undefined ? 0 : Math.max(0, wrong - Math.floor(share / 2))
  const dumped = row.length <= share ? row.stretches : within(row.stretches, from, from + share)
  const hex = html`<details class="hex"><summary>hex<span class="aside"> of these bytes</span></summary>${renderDump(dumped, row.length, wrong)}${renderPieces(row)}</details>`
  if (row.kind === 'stdout' || row.kind === 'stderr')
    return [hex, renderPrinted(row.stretches, row.length, wrong)]
  return isLong(row) ? [hex, renderPreview(row)] : [renderPreview(row), hex]
}

/** How many messages are named in one row; beyond that, they are counted. */
const MAX_MESSAGES = 20

function renderMessages({ messages }: WireRow): Content {
  if (messages.length === 0) return undefined
  const left = messages.length - MAX_MESSAGES
  const items = messages.slice(0, MAX_MESSAGES).map((each) => html`<li>${each}</li>`)
  const more = left > 0 ? html`<li>and ${left} more</li>` : undefined
  return html`<ul class="messages" aria-label="Messages that became whole here">${items}${more}</ul>`
}

function renderPieces({ pieces }: WireRow): Content {
  if (pieces.length < 2) return undefined
  const times = pieces.map(({ from, at }) => `byte ${from} at ${at.toFixed(1)} ms`)
  return html`<p class="cut-times">Pieces from ${times.join(', ')}</p>`
}
