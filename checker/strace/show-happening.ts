import { countBytes, quote } from '../program/bytes.ts'
import type { Happening, Trace } from './trace.ts'

/** What a client did or saw, in a few words that fit into `room` columns. */
export function showHappening(happening: Happening, { subject }: Trace, room: number): string {
  const { who = '', text = '' } = happening
  switch (happening.kind) {
    case 'connects':
      return `${who} connects`
    case 'accepts':
      return `${who} accepts`
    case 'refused':
      return `${who} is refused: ${text}`
    case 'sends':
      return payload(`${who} sends`, happening, room)
    case 'receives':
      return payload(`${who} gets`, happening, room)
    case 'ends':
      return who === 'stdin' ? 'stdin ends' : `${who} ends (FIN)`
    case 'resets':
      return `${who} resets (RST)`
    case 'fin':
      return `${who} gets FIN`
    case 'reset':
      return `${who} gets ${text || 'RST'}`
    case 'signal':
      return `we send ${text}`
    default:
      return `the ${subject} ${text}`
  }
}

/**
 * The bytes that moved, on a line of their own if they do not fit beside the verb; only their
 * number if they do not fit at all.
 */
function payload(verb: string, { bytes = '', length = 0 }: Happening, room: number): string {
  const whole = Buffer.from(bytes, 'base64')
  const quoted = quote(whole)
  const text = length === whole.length && quoted.length <= room ? quoted : countBytes(length)
  return `${verb}${verb.length + 1 + text.length <= room ? ' ' : '\n'}${text}`
}
