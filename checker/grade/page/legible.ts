import { harmless } from '../../program/bytes.ts'

/**
 * What has no shape of its own, such as tags and soft hyphens, beside what `harmless` spells out.
 */
const SHAPELESS = /[\p{C}\p{Zl}\p{Zp}]/gu

/**
 * The first line of a text that anybody may have written: so many characters of it at most, and
 * nothing in it that is not seen.
 */
export function legible(text: string, most = 400): string {
  const line = text.slice(0, 4 * most).split(/\r?\n/)[0] ?? ''
  const characters = Array.from(line)
  const cut = characters.length > most || text.length > 4 * most
  return harmless(characters.slice(0, most).join('')).replace(SHAPELESS, spell) + (cut ? '…' : '')
}

function spell(character: string): string {
  return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`
}
