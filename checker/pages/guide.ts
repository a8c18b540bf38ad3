import type { Subject } from '../program/subject.ts'
import { type Html, html } from './html.ts'

/** What the signs mean and what the keys do. */
export function renderGuide(subject: Subject): Html {
  const rows = SIGNS_EXPLAINED.map(
    ([sign, words]) =>
      html`<div><dt><svg aria-hidden="true" width="84" height="22">${sign}</svg></dt><dd>${words}</dd></div>`,
  )
  const keyRows = KEYS.map(([key, words]) => html`<div><dt><kbd>${key}</kbd></dt><dd>${words}</dd></div>`)
  return html`<footer><section><h2>How to read it</h2><p>Time runs down. Each name has a lane, and the ${subject} is yours. The strip on top of a test is true to scale; below it, the distance between two rows grows with the logarithm of the time between them, and long waits are named. Times are in milliseconds since the test began, as the test saw them.</p><dl class="signs-explained">${rows}</dl></section><section class="keys"><h2>Keys</h2><dl>${keyRows}</dl><p><label><input type="checkbox" id="keys-off"> without single keys</label></p></section></footer>`
}

const shaft = (style: string) =>
  html`<line class="shaft" x1="12" x2="72" y1="11" y2="11"/>${style ? html`<use href="#${style}" x="72" y="11"/>` : undefined}`

const life = (style: string) => html`<line class="life ${style}" x1="12" x2="72" y1="11" y2="11"/>`

const SIGNS_EXPLAINED: readonly (readonly [Html, string])[] = [
  [html`<g class="own light">${shaft('tip-right')}</g>`, 'Bytes. The more, the heavier the arrow.'],
  [
    html`<g class="own light pieces">${shaft('tip-right')}</g>`,
    'Sent in pieces on purpose: each is held back until the one before has been read. A bar in the bytes shows where.',
  ],
  [
    html`<g class="own thin">${shaft('tip-right')}<use href="#ring" x="12" y="11"/></g>`,
    'A connection is made.',
  ],
  [html`<g class="own">${shaft('stop-right')}</g>`, 'FIN: no more bytes will come from this side.'],
  [html`<g class="own broken">${shaft('cross')}</g>`, 'RST: the connection is gone, in both directions.'],
  [life('open own'), 'A process that listens.'],
  [life('open peer0'), 'A connection that is open both ways.'],
  [life('half peer0'), 'A connection of which one side has ended; a process that does not listen yet.'],
  [life('paused peer0'), 'A client that does not read.'],
]

const KEYS: readonly (readonly [string, string])[] = [
  ['j k', 'next and previous row; on a row, the arrow keys do the same'],
  ['Enter', 'the bytes of this row in hex'],
  ['x', 'all bytes of this test in hex'],
  ['n p', 'next and previous test'],
  ['o', 'open or close all tests'],
  ['f', 'to where it failed'],
]
