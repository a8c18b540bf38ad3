import type { ConversationEvent } from '../harness/conversation.ts'
import { countBytes, isText, quote, spellHex } from '../program/bytes.ts'
import { cut, paint, type View, wrap } from '../terminal/view.ts'

/** How many lines of a long conversation are shown: its beginning, and its end. */
const FIRST_LINES = 8
const LAST_LINES = 12
/** From this width on there is room for long arrows. */
const WIDE = 60

/** The conversation with times, arrows and names: who sent what when. */
export function renderTimeline(events: readonly ConversationEvent[], view: View, subject: string): string {
  // What a client prints is its answer; what a server prints is a remark, and stands below.
  const lines = joinPieces(
    events.filter((event) => event.kind !== 'stderr' && (event.kind !== 'stdout' || subject === 'client')),
  )
  const { first, last } = foldAt(view)
  const left = lines.length - first - last
  const shown = left > 1 ? [...lines.slice(0, first), undefined, ...lines.slice(-last)] : lines
  const names = Math.min(12, Math.max(6, ...lines.map((event) => event.peer?.length ?? 0)))
  return shown
    .map((event) =>
      event
        ? renderEvent(event, view, subject, names)
        : `           ${view.unicode ? '…' : '...'} ${left} more`,
    )
    .join('\n')
}

/**
 * How many lines are shown from the start and from the end, with one more between them; in a
 * terminal, as many as fit.
 */
function foldAt({ rows }: View): { first: number; last: number } {
  if (rows === undefined || rows > FIRST_LINES + LAST_LINES) return { first: FIRST_LINES, last: LAST_LINES }
  const shown = Math.max(2, rows - 2)
  const first = Math.floor(shown / 3)
  return { first, last: shown - first }
}

/** An event, or several pieces sent one after the other with nothing in between. */
type Line = ConversationEvent & { pieces?: number }

function joinPieces(events: readonly ConversationEvent[]): Line[] {
  const lines: Line[] = []
  for (const event of events) {
    const last = lines.at(-1)
    const goesOn = event.split === true && last?.kind === 'sent' && last.peer === event.peer
    if (last && goesOn && last.tail === undefined) lines[lines.length - 1] = withPiece(last, event)
    else lines.push(event)
  }
  return lines
}

function withPiece(line: Line, piece: ConversationEvent): Line {
  const bytes = [line, piece].map((each) => Buffer.from(each.bytes ?? '', 'base64'))
  return {
    ...line,
    bytes: Buffer.concat(bytes).toString('base64'),
    length: (line.length ?? 0) + (piece.length ?? 0),
    pieces: (line.pieces ?? 1) + 1,
    ...(piece.messages && { messages: [...(line.messages ?? []), ...piece.messages] }),
  }
}

export type Side = 'out' | 'in' | 'own'

const SIDES: Partial<Record<ConversationEvent['kind'], Side>> = {
  connect: 'out',
  accept: 'in',
  refused: 'in',
  sent: 'out',
  received: 'in',
  'fin-sent': 'out',
  fin: 'in',
  'reset-sent': 'out',
  reset: 'in',
  stdout: 'in',
}

function renderEvent(event: Line, view: View, subject: string, names: number): string {
  const narrow = view.width < WIDE
  const time = narrow ? event.at.toFixed(0).padStart(5) : event.at.toFixed(1).padStart(8)
  const side = SIDES[event.kind] ?? 'own'
  const arrow = arrowOf(side, view, narrow)
  const who = (event.peer ?? (event.kind === 'stdout' ? 'stdout' : subject)).slice(0, names).padEnd(names)
  const head = `${time} ${who} ${arrow} `
  const room = view.width - head.length
  const text = describeEvent(event, room, view)
  const rows = (holdsBytes(event) ? text : wrap(text, room)).split('\n')
  if (event.messages) rows.push(...nameMessages(event.messages, room, view))
  const below = `\n${' '.repeat(head.length)}`
  return `${paint(view, 'dim', time)} ${who} ${arrow} ${rows.join(below)}`.trimEnd()
}

export function arrowOf(side: Side, view: View, narrow: boolean): string {
  if (narrow)
    return view.unicode ? { out: '▶', in: '◀', own: '·' }[side] : { out: '>', in: '<', own: '.' }[side]
  const arrows = view.unicode ? { out: '──▶', in: '◀──', own: ' · ' } : { out: '-->', in: '<--', own: ' . ' }
  return arrows[side]
}

function describeEvent(event: Line, room: number, view: View): string {
  const text = event.text ?? ''
  switch (event.kind) {
    case 'start':
      return `started with PORT=${text}`
    case 'ready':
      return `listens on ${text}`
    case 'connect':
    case 'accept':
      return view.width < WIDE ? `from ${text}` : `connects from ${text}`
    case 'refused':
      return text === 'ECONNREFUSED' ? 'connection refused' : text
    case 'sent':
    case 'received':
    case 'stdout':
      return describeBytes(event, room, view)
    case 'fin-sent':
      return event.peer === 'stdin' ? 'end of input' : 'FIN'
    case 'fin':
      return 'FIN'
    case 'reset-sent':
    case 'reset':
      return text && text !== 'ECONNRESET' ? text : 'RST'
    case 'pause':
      return 'stops reading'
    case 'resume':
      return 'reads on'
    case 'signal':
      return `gets ${text}`
    default:
      return text
  }
}

/** How many messages are named below the bytes that completed them. */
const MAX_MESSAGES = 4

function nameMessages(messages: readonly string[], room: number, view: View): string[] {
  const left = messages.length - MAX_MESSAGES
  // If only one is left, naming it is more useful than a count of one.
  const shown = left > 1 ? messages.slice(0, MAX_MESSAGES) : messages
  const rows = shown.map((each) => cut(`= ${each}`, room, view))
  return left > 1 ? [...rows, `  and ${left} more messages`] : rows
}

function holdsBytes({ kind }: Line): boolean {
  return kind === 'sent' || kind === 'received' || kind === 'stdout'
}

/**
 * What was sent, as far as there is room, and how much it was: beside it, or below it in a narrow
 * terminal.
 */
function describeBytes(event: Line, room: number, view: View): string {
  const bytes = Buffer.from(event.bytes ?? '', 'base64')
  const reads = event.reads !== undefined && event.reads > 1 ? ` in ${event.reads} reads` : ''
  const split = event.pieces ? ` in ${event.pieces} pieces` : event.split ? ' (split here)' : ''
  const size = `${countBytes(event.length ?? 0)}${reads}${split}`
  const isAll = event.length === bytes.length
  const left = room - size.length - 2
  const beside = spellWithin(bytes, isAll, Math.max(8, left), view)
  if (view.width >= WIDE || (beside.isWhole && beside.text.length <= left)) return `${beside.text}  ${size}`
  return `${spellWithin(bytes, isAll, room, view).text}
${wrap(size, room)}`
}

function spellWithin(bytes: Buffer, isAll: boolean, most: number, view: View) {
  const head = bytes.subarray(0, most)
  const text = isText(bytes) ? quote(head, most) : spellHex(head)
  const isWhole = isAll && head.length === bytes.length && text.length <= most
  const cut = text.slice(0, most - 1).replace(HALF_ESCAPE, '')
  return { text: isWhole ? text : `${cut}${view.unicode ? '…' : '~'}`, isWhole }
}

/** What is left of an escape such as \x0A if its end is cut off. */
const HALF_ESCAPE = /(?<=(?<!\\)(?:\\\\)*)\\(?:x[0-9A-F]?|u[0-9a-f]{0,3})?$/
