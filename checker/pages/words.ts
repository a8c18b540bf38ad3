import type { TestResult } from '../judge/verdict.ts'
import { countBytes } from '../program/bytes.ts'
import type { Subject } from '../program/subject.ts'
import { type Html, html } from './html.ts'
import { STDIN } from './lanes.ts'
import type { WireRow } from './rows.ts'

/** What a row's words need to know: who the learner's program is, and how each name is written. */
export interface Parties {
  subject: Subject
  test: TestResult
  /** A name in its lane's colour. */
  name: (peer?: string) => Html
}

/** One row as a sentence; the diagram beside it shows the same. */
export function renderWords(row: WireRow, cast: Parties): Html {
  const own = cast.name()
  const peer = row.peer === undefined ? own : cast.name(row.peer)
  const text = row.text ?? ''
  const size = html`<span class="size">${countBytes(row.length)}</span>${manner(row)}`
  switch (row.kind) {
    case 'start':
      return html`${own} is started with PORT=${text}`
    case 'ready':
      return html`${own} listens on ${text}`
    case 'connect':
      return html`${peer} connects from ${text}`
    case 'accept':
      return html`${own} connects to ${peer} from ${text}`
    case 'refused':
      return html`${peer} is refused: ${text}`
    case 'sent':
      return row.peer === STDIN ? html`${peer} brings ${size}` : html`${peer} sends ${size}`
    case 'received':
      return html`${own} sends ${peer} ${size}`
    case 'fin-sent':
      return row.peer === STDIN ? html`${peer} ends` : html`${peer} ends (FIN)`
    case 'fin':
      return html`${own} ends ${peer}’s connection (FIN)`
    case 'reset-sent':
      return html`${peer} resets the connection (RST)`
    case 'reset':
      return html`${own} resets ${peer}’s connection (${text && text !== 'ECONNRESET' ? text : 'RST'})`
    case 'pause':
      return html`${peer} stops reading`
    case 'resume':
      return html`${peer} reads on`
    case 'signal':
      return html`${own} gets ${text}`
    case 'stdout':
    case 'stderr':
      return html`${own} prints ${size} <span class="stream">${row.kind}</span>`
    case 'exit':
      return html`${own} ${text}`
    case 'note':
      return html`<em>${text}</em>`
    default:
      return html`<em>${ending(cast.test)}</em>`
  }
}

function manner({ reads, pieces, split }: WireRow): Html | string {
  if (pieces.length > 1) return ` in ${pieces.length} pieces`
  if (split) return html` <span class="tag">held back</span>`
  return reads > 1 ? ` in ${reads.toLocaleString('en-US')} reads` : ''
}

function ending({ verdict }: TestResult): string {
  const words = {
    pass: 'The test has seen all that it asks for.',
    fail: 'The test ends here: failed.',
    error: 'The test ends here: it could not judge.',
    skipped: 'The test was not run.',
  }
  return words[verdict]
}
