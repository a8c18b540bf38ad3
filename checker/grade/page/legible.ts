import { harmless } from '../../program/bytes.ts'

/**
 * Characters without a shape of their own, such as tags and soft hyphens, besides what `harmless`
 * spells out.
 */
const SHAPELESS = /[\p{C}\p{Zl}\p{Zp}]/gu

/**
 * The first line of an untrusted text: at most this many characters of it, and none that are
 * invisible.
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
