/** What the verbs take: text is sent as UTF-8. */
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

/** Text in double quotes with its line endings and control bytes spelled out; long text loses its middle. */
export function quote(bytes: Bytes, most = 60): string {
  const whole = toBuffer(bytes)
  if (whole.length <= most) return `"${spell(whole)}"`
  const half = Math.floor(most / 2)
  return `"${spell(whole.subarray(0, half))}…${spell(whole.subarray(whole.length - half))}"`
}

/** A short description of what should come: the text itself, or how many bytes. */
export function describe(bytes: Bytes): string {
  const whole = toBuffer(bytes)
  if (whole.length > 60 || !mostlyText(whole)) return countBytes(whole.length)
  return `${quote(whole)} (${countBytes(whole.length)})`
}

/** One byte for a sentence: `"a" (61)`, `CR (0D)`, `E9`. */
export function nameByte(byte: number): string {
  const names: Record<number, string> = { 0: 'NUL', 9: 'TAB', 10: 'LF', 13: 'CR', 32: 'space' }
  if (names[byte]) return `${names[byte]} (${hex(byte)})`
  return byte > 32 && byte < 127 ? `"${String.fromCharCode(byte)}" (${hex(byte)})` : hex(byte)
}

/** A line of text without anything that a terminal would obey: controls, and what turns the direction of text. */
export function harmless(text: string): string {
  return [...text.replaceAll('\t', '    ')]
    .map((character) => (isTame(character) ? character : spellCode(character)))
    .join('')
}

function spell(bytes: Buffer): string {
  const text = bytes.toString()
  // A text that does not survive decoding is shown byte by byte.
  const characters = Buffer.from(text).equals(bytes) ? text : bytes.toString('latin1')
  return [...characters]
    .map((character) => ESCAPES[character] ?? (isTame(character) ? character : spellCode(character)))
    .join('')
}

const ESCAPES: Record<string, string> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\0': '\\0',
  '"': '\\"',
  '\\': '\\\\',
}

/** C0 and C1 controls, zero-width characters, line separators and marks of direction, as first and last code point. */
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

function mostlyText(bytes: Buffer): boolean {
  const odd = bytes.filter((byte) => byte < 9 || (byte > 13 && byte < 32) || byte > 126).length
  return odd * 4 <= bytes.length
}
