import { hex } from '../program/bytes.ts'
import { type Content, html } from './html.ts'

/** One character of a text, or one byte that is not part of a character. */
export interface Glyph {
  text: string
  /** How many bytes it stands for. */
  bytes: number
  /**
   * False for what is spelled out: controls, bytes that are not UTF-8, characters that change the
   * direction of text.
   */
  plain: boolean
}

const NAMED: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\0': '\\0' }
/** Characters without a shape of their own, or that change the shape of others. */
const SHAPELESS = /[\p{C}\p{Zl}\p{Zp}\u00a0\ufffd]/u

/** Bytes as text, each glyph with the number of bytes that it stands for. */
export function toGlyphs(bytes: Buffer): Glyph[] {
  const glyphs: Glyph[] = []
  for (let i = 0; i < bytes.length; ) {
    const glyph = glyphAt(bytes, i)
    glyphs.push(glyph)
    i += glyph.bytes
  }
  return glyphs
}

/** Bytes as pairs of hex digits. */
export function toHexGlyphs(bytes: Buffer): Glyph[] {
  return [...bytes].map((byte) => ({ text: hex(byte), bytes: 1, plain: true }))
}

/** True if most of it reads as text. */
export function readsAsText(bytes: Buffer): boolean {
  const odd = toGlyphs(bytes).filter(({ plain, text }) => !plain && !/^\\[nrt]$/.test(text))
  return odd.reduce((sum, glyph) => sum + glyph.bytes, 0) * 4 <= bytes.length
}

export function isLineFeed(glyph: Glyph): boolean {
  return glyph.text === '\\n' && !glyph.plain
}

/** A glyph on a page; what is spelled out, and what is wrong, is highlighted. */
export function renderGlyph({ plain, text }: Glyph, isWrong = false): Content {
  const shown = plain ? text : html`<b>${text}</b>`
  return isWrong ? html`<mark>${shown}</mark>` : shown
}

function glyphAt(bytes: Buffer, at: number): Glyph {
  const first = bytes[at] ?? 0
  const part = bytes.subarray(at, at + lengthFrom(first))
  const character = part.toString()
  if (!Buffer.from(character).equals(part)) return { text: `\\x${hex(first)}`, bytes: 1, plain: false }
  const text = spell(character)
  return { text, bytes: part.length, plain: text === character }
}

/** How long a UTF-8 sequence is that begins with this byte. */
function lengthFrom(byte: number): number {
  if (byte < 0xc0) return 1
  return byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4
}

function spell(character: string): string {
  const named = NAMED[character]
  if (named) return named
  if (!SHAPELESS.test(character)) return character
  const code = character.codePointAt(0) ?? 0
  return code < 0x80 ? `\\x${hex(code)}` : `\\u${code.toString(16).padStart(4, '0')}`
}
