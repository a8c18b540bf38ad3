import type { Failure } from '../harness/failure.ts'
import { hex, signOf } from '../program/bytes.ts'
import { align, type Column } from '../report/bytes.ts'
import { type Content, type Html, html } from './html.ts'

const ACROSS = 16
/** Rows of the comparison: the one with the first difference, and its neighbours. */
const ROWS_BEFORE = 1
const ROWS_AFTER = 1

/**
 * Expected and received bytes, one above the other, with the first difference highlighted, aligned
 * so that a missing byte does not make the rest look wrong.
 */
export function renderEvidence(failure: Failure): Content {
  const { expected, actual, window = 0 } = failure
  if (expected === undefined || actual === undefined || (actual === '' && failure.code !== 'wrong-bytes'))
    return undefined
  const columns = align(Buffer.from(expected, 'base64'), Buffer.from(actual, 'base64'))
  const first = columns.findIndex((column) => column.expected !== column.actual)
  const place = columns[first]
  if (!place) return undefined
  const row = Math.floor(first / ACROSS)
  const rows: Html[] = []
  for (let i = Math.max(0, row - ROWS_BEFORE); i <= row + ROWS_AFTER && i * ACROSS < columns.length; i += 1) {
    rows.push(renderRow(columns.slice(i * ACROSS, (i + 1) * ACROSS), i * ACROSS, first))
  }
  return html`<figure class="evidence"><figcaption>Bytes from ${(window + Math.max(0, row - ROWS_BEFORE) * ACROSS).toLocaleString('en-US')} on, aligned</figcaption><table aria-label="Bytes expected and received">${rows}</table></figure>`
}

function renderRow(columns: readonly Column[], start: number, first: number): Html {
  const cells = (side: 'expected' | 'actual') =>
    columns.map((column, i) => {
      const byte = column[side]
      const style = start + i === first ? 'first' : column.expected === column.actual ? 'same' : 'other'
      const here = style === 'first' ? html`<span class="aside"> first difference</span>` : undefined
      return html`<td class="${style}">${byte === undefined ? '–' : hex(byte)}<small>${byte === undefined ? '' : signOf(byte)}</small>${here}</td>`
    })
  return html`<tbody><tr><th scope="row">expected</th>${cells('expected')}</tr><tr><th scope="row">received</th>${cells('actual')}</tr></tbody>`
}
