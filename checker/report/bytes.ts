import { diffArrays } from 'diff'
import type { Failure } from '../harness/failure.ts'
import { hex, nameByte, signOf } from '../program/bytes.ts'
import { paint, type View, wrap } from '../terminal/view.ts'

/** One column of the comparison: a byte on both sides, or a gap on one. */
export interface Column {
  expected: number | undefined
  actual: number | undefined
}

/** Rows of the comparison that are shown: the one with the first difference and its neighbours. */
const ROWS_BEFORE = 1
const ROWS_AFTER = 1
/** A terminal of fewer rows has no room for the rows after it. */
const SMALL = 40
const LABEL = 'expected  '

/**
 * Expected and received bytes, one above the other, in hex and as text, with a caret under the
 * first difference. They are aligned like a diff, so that after a missing byte the rest is seen to
 * be the same. The caret is always under a byte, never in a gap.
 */
export function renderBytes(failure: Failure, view: View): string {
  if (failure.expected === undefined || failure.actual === undefined) return ''
  const columns = align(Buffer.from(failure.expected, 'base64'), Buffer.from(failure.actual, 'base64'))
  const first = columns.findIndex(({ expected, actual }) => expected !== actual)
  const place = columns[first]
  if (!place) return ''
  const across = bytesAcross(view)
  const row = Math.floor(first / across)
  const after = (view.rows ?? SMALL) < SMALL ? 0 : ROWS_AFTER
  const lines: string[] = []
  for (let i = Math.max(0, row - ROWS_BEFORE); i <= row + after; i += 1) {
    const part = columns.slice(i * across, (i + 1) * across)
    if (part.length === 0) break
    const start = (failure.window ?? 0) + i * across
    const [expected = '', ...received] = renderRow(part, start, across, view)
    if (i !== row) lines.push(expected, ...received)
    else if (place.actual === undefined)
      lines.push(expected, caretLine(missing(columns, first), first % across, view), ...received)
    else {
      const words = place.expected === undefined ? extra(columns, first) : instead(wrongByte(failure, place))
      lines.push(expected, ...received, caretLine(words, first % across, view))
    }
  }
  return lines.join('\n')
}

/** The bytes that did not come, from this column on: the caret stands under them. */
function missing(columns: readonly Column[], first: number): string {
  const { length, name } = runOf(columns, first, ({ actual }) => actual === undefined, 'expected')
  if (columns.slice(first).every(({ actual }) => actual === undefined)) return `nothing instead of ${name}`
  return length === 1 ? `${name} is missing` : `${length} bytes are missing, from ${name} on`
}

/** The bytes that came in the middle of what should have come. */
function extra(columns: readonly Column[], first: number): string {
  const { length, name } = runOf(columns, first, ({ expected }) => expected === undefined, 'actual')
  if (columns.slice(first).every(({ expected }) => expected === undefined))
    return `${name} instead of nothing`
  return length === 1 ? `${name} is one byte too many` : `${length} bytes too many, from ${name} on`
}

/** How many such columns follow each other, and the first byte of them. */
function runOf(
  columns: readonly Column[],
  first: number,
  isSuch: (column: Column) => boolean,
  side: 'expected' | 'actual',
): { length: number; name: string } {
  const end = columns.findIndex((column, i) => i > first && !isSuch(column))
  return { length: (end < 0 ? columns.length : end) - first, name: nameByte(columns[first]?.[side] ?? 0) }
}

function instead({ expected, actual }: Column): string {
  const name = (byte: number | undefined) => (byte === undefined ? 'nothing' : nameByte(byte))
  return `${name(actual)} instead of ${name(expected)}`
}

/** The two bytes that the sentence mentions: in the alignment, one of them may be further on. */
function wrongByte({ expected, actual, offset, window }: Failure, place: Column): Column {
  if (offset === undefined) return place
  const byteOf = (base64: string | undefined) => Buffer.from(base64 ?? '', 'base64')[offset - (window ?? 0)]
  return { expected: byteOf(expected), actual: byteOf(actual) }
}

/**
 * The share of the shorter side that must be the same on both for an alignment to mean anything.
 */
const MIN_ALIKE = 0.5
/**
 * A run of equal bytes shorter than this is chance, unless both sides end with it and little lies
 * between.
 */
const MIN_RUN = 3
const MAX_GAP = 4

/**
 * Pairs up two runs of bytes so that equal bytes stand in the same column; bytes with little in
 * common are paired in order.
 */
export function align(expected: Buffer, actual: Buffer): Column[] {
  const parts = diffArrays([...expected], [...actual])
  const start = commonStart(expected, actual)
  const gap = parts.reduce((sum, part) => sum + (part.added || part.removed ? part.value.length : 0), 0)
  const alike = parts
    .filter((part, i) => !part.added && !part.removed && (i > 0 || start === 0))
    .filter((part) => part.value.length >= MIN_RUN || (part === parts.at(-1) && gap <= MAX_GAP))
    .reduce((sum, part) => sum + part.value.length, 0)
  const shorter = Math.min(expected.length, actual.length) - start
  if (shorter > 0 && alike < MIN_ALIKE * shorter) return pair([...expected], [...actual])
  return parts.flatMap((part, i) => {
    const next = parts[i + 1]
    if (part.removed && next?.added) return pair(part.value, next.value)
    if (part.added && parts[i - 1]?.removed) return []
    return part.value.map((byte) => ({
      expected: part.added ? undefined : byte,
      actual: part.removed ? undefined : byte,
    }))
  })
}

function pair(expected: readonly number[], actual: readonly number[]): Column[] {
  const length = Math.max(expected.length, actual.length)
  return Array.from({ length }, (_, i) => ({ expected: expected[i], actual: actual[i] }))
}

function commonStart(a: Buffer, b: Buffer): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i += 1) if (a[i] !== b[i]) return i
  return length
}

/**
 * As many bytes per row as the width has room for: an offset, then three characters of hex and one
 * of text for each byte.
 */
function bytesAcross(view: View): number {
  const room = view.width - LABEL.length - 2 - 9 - 2
  return room >= 64 ? 16 : room >= 48 ? 12 : room >= 32 ? 8 : Math.max(4, Math.floor(room / 4))
}

function renderRow(part: readonly Column[], start: number, across: number, view: View): string[] {
  const same = part.every(({ expected, actual }) => expected === actual)
  const line = (label: string, side: 'expected' | 'actual', style: 'green' | 'red') => {
    const cells = part.map((column) => {
      const byte = column[side]
      const text = byte === undefined ? '--' : hex(byte)
      return column.expected === column.actual ? text : paint(view, style, text)
    })
    const hexes = cells.join(' ') + ' '.repeat(3 * (across - part.length))
    const text = part
      .map(({ [side]: byte }) => (byte === undefined ? ' ' : signOf(byte, view.unicode)))
      .join('')
    return `  ${label.padEnd(LABEL.length)}${start.toLocaleString('en-US').padStart(7)}  ${hexes}  ${text}`.trimEnd()
  }
  if (same) return [line('both', 'expected', 'green')]
  return [line('expected', 'expected', 'green'), line('received', 'actual', 'red')]
}

function caretLine(words: string, column: number, view: View): string {
  const indent = ' '.repeat(2 + LABEL.length + 9 + 3 * column)
  if (indent.length + 3 + words.length <= view.width) return `${indent}${paint(view, 'red', '^^')} ${words}`
  const before = indent.length - words.length - 1
  if (before >= 2) return `${' '.repeat(before)}${words} ${paint(view, 'red', '^^')}`
  return `${indent}${paint(view, 'red', '^^')}\n${wrap(words, view.width, '  ')}`
}
