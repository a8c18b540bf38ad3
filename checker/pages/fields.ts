import type { DecodedField, DecodedMessage } from '../judge/decoded.ts'
import { countBytes, hex } from '../program/bytes.ts'
import { type Html, html } from './html.ts'

/** How many fields are shown before and after the wrong one. */
const BEFORE = 20
const AFTER = 20
const MAX_BYTES = 16

/** The message that contains a failure, one row per field; the wrong one says what it should be. */
export function renderFields({ name, instead, fields }: DecodedMessage): Html {
  const at = Math.max(
    0,
    fields.findIndex(({ wrong }) => wrong),
  )
  const rows = fields.slice(Math.max(0, at - BEFORE), at + AFTER).map(renderField)
  const should = instead === undefined ? '' : `, which should be ${instead}`
  return html`<table class="fields"><caption>Fields of the message ${name}${should}</caption><tbody>${rows}</tbody></table>`
}

function renderField({ name, depth, bytes, length = 0, value, expected, wrong }: DecodedField): Html {
  const shown = [...Buffer.from(bytes ?? '', 'base64').subarray(0, MAX_BYTES)].map(hex).join(' ')
  const pairs = length > MAX_BYTES ? `${shown} … ${countBytes(length)}` : shown
  const should = expected === undefined ? '' : `, should be ${expected}`
  const meaning = `${bytes === undefined ? 'missing' : (value ?? '')}${should}`
  const label = `${'\u00a0'.repeat(2 * depth)}${name}`
  const row = html`<th scope="row">${label}</th><td>${pairs}</td><td>${meaning}</td>`
  return wrong ? html`<tr class="wrong">${row}</tr>` : html`<tr>${row}</tr>`
}
