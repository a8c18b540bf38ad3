/**
 * What bytes 0x80 to 0x9F are in Windows' western code page; the five that it leaves undefined stay
 * as they are.
 */
const WESTERN = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8DŽ\x8F\x90‘’“”•–—˜™š›œ\x9DžŸ'
const FIRST_WESTERN = 0x80
/** This much of a text shows whether every second byte is zero. */
const SAMPLE = 64

/**
 * Text as spreadsheets save it: UTF-8 or UTF-16, with or without a byte order mark, otherwise
 * Windows' western code page (cp1252).
 */
export function decodeText(bytes: Buffer): string {
  const wide = wideIn(bytes)
  if (wide !== undefined) return new TextDecoder(wide).decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return bytes
      .toString('latin1')
      .replace(/[\x80-\x9F]/g, (character) => WESTERN.charAt(character.charCodeAt(0) - FIRST_WESTERN))
  }
}

function wideIn(bytes: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  const mark = bytes.subarray(0, 2).toString('hex')
  if (mark === 'fffe') return 'utf-16le'
  if (mark === 'feff') return 'utf-16be'
  const sample = [...bytes.subarray(0, SAMPLE)]
  const zeros = (odd: number) => sample.filter((byte, i) => byte === 0 && i % 2 === odd).length
  if (zeros(1) > sample.length / 4 && zeros(0) === 0) return 'utf-16le'
  return zeros(0) > sample.length / 4 && zeros(1) === 0 ? 'utf-16be' : undefined
}
