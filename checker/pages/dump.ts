import { hex, signOf } from '../program/bytes.ts'
import { type Content, type Html, html } from './html.ts'
import type { Stretch } from './stretch.ts'

const ACROSS = 16

/** A hex dump: offset, bytes in hex, bytes as text; the byte at `lit` stands out in both. */
export function renderDump(stretches: readonly Stretch[], length: number, lit?: number): Html {
  const lines: Content[] = []
  let next = 0
  for (const { from, bytes } of stretches) {
    if (from > next) lines.push(html`<i>${gapText(from - next)}</i>\n`)
    for (let i = 0; i < bytes.length; i += ACROSS) {
      lines.push(renderLine(from + i, bytes.subarray(i, i + ACROSS), lit))
    }
    next = from + bytes.length
  }
  if (length > next) lines.push(html`<i>${gapText(length - next)}</i>\n`)
  return html`<pre class="dump">${lines}</pre>`
}

function renderLine(from: number, bytes: Buffer, lit: number | undefined): Html {
  const offset = from.toLocaleString('en-US').padStart(7)
  const room = ' '.repeat(3 * (ACROSS - bytes.length))
  const pairs = spread(bytes, hex, ' ', from, lit)
  const text = spread(bytes, signOf, '', from, lit)
  return html`<i>${offset}</i>  ${pairs}${room}  ${text}\n`
}

function spread(
  bytes: Buffer,
  show: (byte: number) => string,
  gap: string,
  from: number,
  lit: number | undefined,
): Content {
  const at = lit === undefined ? -1 : lit - from
  const join = (part: Buffer) => [...part].map((each) => show(each)).join(gap)
  const byte = bytes[at]
  if (byte === undefined) return join(bytes)
  const before = at > 0 ? `${join(bytes.subarray(0, at))}${gap}` : ''
  const after = at < bytes.length - 1 ? `${gap}${join(bytes.subarray(at + 1))}` : ''
  return [before, html`<mark>${show(byte)}</mark>`, after]
}

function gapText(count: number): string {
  return `         ${count.toLocaleString('en-US')} bytes that were not kept`
}
