import type { ConversationEvent, EventKind } from '../harness/conversation.ts'
import type { TestResult } from '../judge/verdict.ts'
import { type Stretch, stretchesOf } from './stretch.ts'

/**
 * One line of the diagram: an event, or pieces that were sent one after another with nothing in
 * between.
 */
export interface WireRow {
  kind: EventKind | 'end'
  /** Milliseconds since the test began, and since the row before. */
  at: number
  since: number
  peer?: string
  text?: string
  /** How many bytes moved, what was kept of them, and in how many reads they came. */
  length: number
  stretches: Stretch[]
  reads: number
  /** Messages that these bytes completed, in a few words each. */
  messages: string[]
  /** Where each piece starts, and when it was sent: several if the row stands for several. */
  pieces: { from: number; at: number }[]
  /** True if its first piece was held back until the previous one had been read. */
  split: boolean
  /** The offset of the wrong byte, or true if the row as a whole is what went wrong. */
  wrong?: number | true
}

/** Failures in which the test waited for something that never came. */
const WAITED_FOR: ReadonlySet<string> = new Set([
  'never-listened',
  'silent',
  'not-ended',
  'not-read',
  'not-reset',
  'sockets',
  'still-running',
])

/** The rows of one test: what happened, and how it ended. */
export function toRows(test: TestResult): WireRow[] {
  const rows: WireRow[] = []
  for (const event of test.conversation) {
    const last = rows.at(-1)
    if (last && continues(last, event)) grow(last, event)
    else rows.push(toRow(event, last))
  }
  const at = Math.max(test.ms, rows.at(-1)?.at ?? 0)
  const end = toRow({ at, kind: 'end' }, rows.at(-1))
  // The time between the last event and the end is the test's own business, unless it waited in
  // vain.
  if (!WAITED_FOR.has(test.code ?? '')) end.since = 0
  return [...rows, end]
}

function toRow(
  event: Omit<ConversationEvent, 'kind'> & Pick<WireRow, 'kind'>,
  before: WireRow | undefined,
): WireRow {
  const ended = before?.pieces.at(-1)?.at ?? before?.at ?? 0
  const row: WireRow = {
    kind: event.kind,
    at: event.at,
    // The process was started before the test began, so the time up to then is not its own.
    since: before ? event.at - ended : 0,
    length: event.length ?? 0,
    stretches: stretchesOf({ ...event, kind: 'sent' }),
    reads: event.reads ?? 1,
    messages: [...(event.messages ?? [])],
    pieces: [{ from: 0, at: event.at }],
    split: event.split ?? false,
  }
  if (event.peer !== undefined) row.peer = event.peer
  if (event.text !== undefined) row.text = event.text
  return row
}

/** True if this is the next piece of what the previous row sent, and both were kept whole. */
function continues(row: WireRow, event: ConversationEvent): boolean {
  const whole = event.tail === undefined && row.stretches.length === 1
  return (
    row.kind === 'sent' && event.kind === 'sent' && event.split === true && event.peer === row.peer && whole
  )
}

function grow(row: WireRow, event: ConversationEvent): void {
  const [before] = row.stretches
  row.pieces.push({ from: row.length, at: event.at })
  row.length += event.length ?? 0
  row.messages.push(...(event.messages ?? []))
  row.stretches = [
    {
      from: 0,
      bytes: Buffer.concat([before?.bytes ?? Buffer.alloc(0), Buffer.from(event.bytes ?? '', 'base64')]),
    },
  ]
}
