import { countBytes } from '../program/bytes.ts'
import { type Glyph, isLineFeed, readsAsText, renderGlyph, toGlyphs, toHexGlyphs } from './glyphs.ts'
import { type Content, type Html, html } from './html.ts'
import type { WireRow } from './rows.ts'
import { type Stretch, within } from './stretch.ts'

/**
 * How much is shown without being asked for: all of a short run, otherwise its start and its end.
 */
const TEXT = { whole: 480, head: 320, tail: 64 }
const RAW = { whole: 64, head: 48, tail: 16 }
/** How much is shown around a wrong byte. */
const BEFORE_WRONG = 48
const AFTER_WRONG = 64
/** Up to this many bytes fit beside the words; more of them go below. */
const LINE_BYTES = 60
/** Beyond this many line feeds, lines are not broken at them. */
const MAX_LINES = 24

/**
 * A row's bytes on the page: as text if they are text, with cuts and the wrong byte marked and the
 * middle of long ones left out.
 */
export function renderPreview(row: WireRow): Html {
  const text = readsAsText(Buffer.concat(within(row.stretches, 0, TEXT.head).map(({ bytes }) => bytes)))
  const shown = choose(row, text ? TEXT : RAW)
  const cuts = new Set(row.pieces.slice(1).map(({ from }) => from))
  const parts: Content[] = []
  let next = 0
  for (const { from, bytes } of shown) {
    if (from > next) parts.push(renderGap(from - next))
    parts.push(renderStretch({ from, bytes }, text, cuts, row.wrong))
    next = from + bytes.length
  }
  if (row.length > next) parts.push(renderGap(row.length - next))
  return html`<code class="bytes${isLong(row) ? ' long' : ''}" dir="ltr">${parts}</code>`
}

/** True if the bytes need their own lines. */
export function isLong({ length }: WireRow): boolean {
  return length > LINE_BYTES
}

function choose({ stretches, length, wrong }: WireRow, { whole, head, tail }: typeof TEXT): Stretch[] {
  if (length <= whole) return [...stretches]
  if (typeof wrong === 'number') {
    const around = within(stretches, wrong - BEFORE_WRONG, wrong + AFTER_WRONG)
    if (around.length > 0) return around
  }
  return [...within(stretches, 0, head), ...within(stretches, length - tail, length)]
}

function renderStretch(
  { from, bytes }: Stretch,
  text: boolean,
  cuts: ReadonlySet<number>,
  wrong: WireRow['wrong'],
): Content {
  const glyphs = text ? toGlyphs(bytes) : toHexGlyphs(bytes)
  const breaks = glyphs.filter(isLineFeed).length <= MAX_LINES
  const parts: Content[] = []
  let at = from
  for (const [i, glyph] of glyphs.entries()) {
    const isWrong = typeof wrong === 'number' && wrong >= at && wrong < at + glyph.bytes
    if (cuts.has(at)) parts.push(CUT)
    parts.push(renderGlyph(isAtEdge(glyphs, i) ? SPACE : glyph, isWrong))
    at += glyph.bytes
    if (at === from + bytes.length) break
    if (!text) parts.push(' ')
    else if (breaks && isLineFeed(glyph)) parts.push(html`<br>`)
  }
  return parts
}

const CUT = html`<i class="cut"></i>`

const SPACE: Glyph = { text: '␣', bytes: 1, plain: false }

/** A space that would be invisible: on one side of it is nothing, or nothing visible. */
function isAtEdge(glyphs: readonly Glyph[], i: number): boolean {
  return glyphs[i]?.text === ' ' && (!glyphs[i - 1]?.plain || !glyphs[i + 1]?.plain)
}

/** Bytes that are not shown. */
export function renderGap(count: number): Html {
  return html`<i class="gap">… ${countBytes(count)} …</i>`
}
