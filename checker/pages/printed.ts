import { isLineFeed, renderGlyph, toGlyphs } from './glyphs.ts'
import { type Content, type Html, html } from './html.ts'
import { renderGap } from './preview.ts'
import type { Stretch } from './stretch.ts'

/** What a program printed, line by line, as on a terminal that obeys no control characters. */
export function renderPrinted(stretches: readonly Stretch[], length: number, wrong?: number): Html {
  const parts: Content[] = []
  let next = 0
  for (const { from, bytes } of stretches) {
    if (from > next) parts.push('\n', renderGap(from - next), '\n')
    let at = from
    for (const glyph of toGlyphs(bytes)) {
      const isWrong = wrong !== undefined && wrong >= at && wrong < at + glyph.bytes
      // The line feed that every line ends with needs no sign of its own.
      parts.push(isLineFeed(glyph) && !isWrong ? '\n' : renderGlyph(glyph, isWrong))
      at += glyph.bytes
    }
    next = from + bytes.length
  }
  if (length > next) parts.push('\n', renderGap(length - next))
  return html`<pre class="printed" dir="ltr">${parts}</pre>`
}
