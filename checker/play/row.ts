import { countBytes, harmless, hex, signOf, signsOf } from '../program/bytes.ts'
import { isTheirs } from '../report/output.ts'
import { arrowOf, type Side } from '../report/timeline.ts'
import { cut, paint, type View, wrap } from '../terminal/view.ts'

/** Rows shown of bytes that arrived at once. */
const MAX_ROWS = 16
const LF = 0x0a
const NAME = 6
const NARROW = 60

/** One event: who, which way, what. */
export function renderEvent(who: string, side: Side, text: string, view: View): string {
  const head = headOf(who, arrowOf(side, view, view.width < NARROW))
  return hang(head, wrap(text, view.width - head.length).split('\n'))
}

/** Bytes that went one way: as text, one row per line of it, or in hex. */
export function renderBytes(who: string, side: Side, bytes: Buffer, asHex: boolean, view: View): string {
  const head = headOf(who, arrowOf(side, view, view.width < NARROW))
  const room = view.width - head.length
  const rows = asHex ? hexRows(bytes, room, view) : textRows(bytes, room)
  const size = countBytes(bytes.length)
  if (rows.length > MAX_ROWS)
    return hang(head, [...rows.slice(0, MAX_ROWS), `${view.unicode ? '…' : '...'} ${size} in all`])
  const last = rows.at(-1) ?? ''
  const beside = !asHex && last.length + 2 + size.length <= room
  return hang(head, beside ? [...rows.slice(0, -1), `${last}  ${size}`] : [...rows, size])
}

/** The meaning of bytes that were shown, one row per message. */
export function renderMessages(who: string, side: Side, messages: readonly string[], view: View): string {
  const indent = ' '.repeat(headOf(who, arrowOf(side, view, view.width < NARROW)).length)
  return messages.map((each) => cut(`${indent}= ${each}`, view.width, view)).join('\n')
}

/** Lines that the learner's program printed; `stream` is `out` or `err`. */
export function renderPrinted(
  who: string,
  stream: 'out' | 'err',
  lines: readonly string[],
  view: View,
): string {
  const head = headOf(who, stream)
  const theirs = lines.filter(isTheirs)
  const left = theirs.length - MAX_ROWS
  const rows = theirs.slice(-MAX_ROWS).map((line) => {
    const room = view.width - head.length
    const text = harmless(line)
    const parts = text.length <= room ? [text] : wrap(text, room).split('\n')
    return paint(view, 'dim', head) + parts.join(`\n${' '.repeat(head.length)}`)
  })
  return [...(left > 0 ? [`${head}(${left} earlier lines)`] : []), ...rows].join('\n')
}

function headOf(who: string, sign: string): string {
  return `${who.padEnd(NAME)} ${sign} `
}

function hang(head: string, rows: readonly string[]): string {
  return head + rows.join(`\n${' '.repeat(head.length)}`)
}

/** Quoted; a row ends after each LF, and when it is full. */
function textRows(bytes: Buffer, room: number): string[] {
  const rows: string[] = []
  for (let from = 0; from < bytes.length && rows.length <= MAX_ROWS; ) {
    const lf = bytes.indexOf(LF, from)
    const to = lf === -1 ? bytes.length : lf + 1
    rows.push(...fold(signsOf(bytes.subarray(from, Math.min(to, from + room * (MAX_ROWS + 1)))), room - 2))
    from = to
  }
  return rows.map((row) => `"${row}"`)
}

function fold(signs: readonly string[], room: number): string[] {
  const rows = ['']
  for (const sign of signs) {
    const row = rows.at(-1) ?? ''
    if (row.length + sign.length <= room) rows[rows.length - 1] = row + sign
    else rows.push(sign)
  }
  return rows
}

/** Offset, hex, text: as many bytes per row as fit. */
function hexRows(bytes: Buffer, room: number, view: View): string[] {
  const across = [16, 12, 8, 6].find((count) => 6 + 4 * count <= room) ?? 4
  const rows: string[] = []
  for (let i = 0; i < bytes.length && rows.length <= MAX_ROWS; i += across) {
    const part = [...bytes.subarray(i, i + across)]
    const offset = `${i}`.padStart(4)
    const pairs = part
      .map(hex)
      .join(' ')
      .padEnd(3 * across)
    rows.push(`${offset} ${pairs}${part.map((byte) => signOf(byte, view.unicode)).join('')}`)
  }
  return rows
}
