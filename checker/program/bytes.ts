import { isUtf8 } from 'node:buffer'

/** What the verbs accept: text is sent as UTF-8. */
export type Bytes = string | Uint8Array

/** The bytes of a text, or the bytes themselves. */
export function toBuffer(bytes: Bytes): Buffer {
  return typeof bytes === 'string'
    ? Buffer.from(bytes)
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** "1 byte", "2 bytes", "4,194,304 bytes". */
export function countBytes(count: number): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? 'byte' : 'bytes'}`
}

/** Two upper-case hex digits. */
export function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0').toUpperCase()
}

/**
 * Text in double quotes, with its line endings and control bytes spelled out; long text is cut in
 * the middle.
 */
export function quote(bytes: Bytes, most = 60): string {
  const whole = toBuffer(bytes)
  if (whole.length <= most) return `"${spell(whole)}"`
  const half = Math.floor(most / 2)
  return `"${spell(whole.subarray(0, half))}…${spell(whole.subarray(whole.length - half))}"`
}

/** Text in quotes; anything else in hex, cut at the end. */
export function show(bytes: Bytes, most = 60): string {
  const whole = toBuffer(bytes)
  if (isText(whole)) return quote(whole, most)
  const text = spellHex(whole.subarray(0, most))
  if (text.length <= most && whole.length <= most) return text
  return `${text.slice(0, text.lastIndexOf(' ', most))} …`
}

/** Bytes in hex, with the words among them in quotes: `00 00 00 0B 01 "bad length"`. */
export function spellHex(bytes: Uint8Array): string {
  const parts = Buffer.from(bytes).toString('latin1').match(WORDS_OR_BYTE) ?? []
  return parts.map((part) => (part.length > 1 ? quote(part, part.length) : hex(part.charCodeAt(0)))).join(' ')
}

/** In bytes that are not text: a run that could be words, or a single byte. */
const WORDS_OR_BYTE = /[ -~]{5,}|[\s\S]/g

/** A short description of what should come: its beginning and end, and its length in bytes. */
export function describe(bytes: Bytes): string {
  const whole = toBuffer(bytes)
  if (!isText(whole) && whole.length > MAX_IN_HEX) return countBytes(whole.length)
  return `${show(whole)} (${countBytes(whole.length)})`
}

const MAX_IN_HEX = 40

/** The line of a text that contains this byte. */
export function lineAt(bytes: Buffer, offset: number): Buffer {
  const start = bytes.subarray(0, offset).lastIndexOf('\n') + 1
  const end = bytes.indexOf('\n', offset)
  return bytes.subarray(start, end < 0 ? bytes.length : end + 1)
}

/** True if most of it is readable, judging by its beginning. */
export function isText(bytes: Uint8Array): boolean {
  const characters = [...Buffer.from(bytes.subarray(0, SAMPLE_BYTES)).toString()]
  const odd = characters.filter(
    (character) => character === '\uFFFD' || (!isTame(character) && !/\s/.test(character)),
  )
  return odd.length * 4 <= characters.length
}

const SAMPLE_BYTES = 256

/** One byte for a sentence: `"a" (61)`, `CR (0D)`, `E9`. */
export function nameByte(byte: number): string {
  const names: Record<number, string> = { 0: 'NUL', 9: 'TAB', 10: 'LF', 13: 'CR', 32: 'space' }
  if (names[byte]) return `${names[byte]} (${hex(byte)})`
  return byte > 32 && byte < 127 ? `"${String.fromCharCode(byte)}" (${hex(byte)})` : hex(byte)
}

/**
 * A line of text without anything that a terminal would obey: control characters, and what changes
 * the direction of text.
 */
export function harmless(text: string): string {
  return [...text.replaceAll('\t', '    ')]
    .map((character) => (isTame(character) ? character : spellCode(character)))
    .join('')
}

/**
 * Bytes as signs, one for each character or escape: valid UTF-8 as it is, everything else as `\r`,
 * `\x80` and the like.
 */
export function signsOf(bytes: Uint8Array): string[] {
  const signs: string[] = []
  for (let i = 0; i < bytes.length; ) {
    const length = characterAt(bytes, i)
    const character = Buffer.from(bytes.subarray(i, i + length)).toString()
    if (length === 0) signs.push(`\\x${hex(bytes[i] ?? 0)}`)
    else signs.push(ESCAPES[character] ?? (isTame(character) ? character : spellCode(character)))
    i += Math.max(1, length)
  }
  return signs
}

/** One byte as one character: itself, a control picture, or a dot. */
export function signOf(byte: number, unicode = true): string {
  if (byte >= 32 && byte < 127) return String.fromCharCode(byte)
  if (unicode && byte < 32) return String.fromCodePoint(0x2400 + byte)
  return unicode ? '·' : '.'
}

function spell(bytes: Uint8Array): string {
  return signsOf(bytes).join('')
}

/** How many bytes the character that begins here has; 0 if none begins here. */
function characterAt(bytes: Uint8Array, from: number): number {
  const first = bytes[from] ?? 0
  const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
  const slice = bytes.subarray(from, from + length)
  return slice.length === length && isUtf8(slice) ? length : 0
}

const ESCAPES: Record<string, string> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\0': '\\0',
  '"': '\\"',
  '\\': '\\\\',
}

/**
 * C0 and C1 controls, zero-width characters, line separators and direction marks, as the first and
 * last code point of each range.
 */
const WILD: readonly (readonly [number, number])[] = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x2069],
  [0xfeff, 0xfeff],
]

function isTame(character: string): boolean {
  const code = character.codePointAt(0) ?? 0
  return !WILD.some(([first, last]) => code >= first && code <= last)
}

function spellCode(character: string): string {
  const code = character.codePointAt(0) ?? 0
  return code < 256 ? `\\x${hex(code)}` : `\\u${code.toString(16).padStart(4, '0')}`
}
