import type { ConversationEvent } from '../harness/conversation.ts'

/** Consecutive bytes that a conversation kept, and where in their run they start. */
export interface Stretch {
  from: number
  bytes: Buffer
}

/** What was kept of an event's bytes: all of them, or the first and the last. */
export function stretchesOf(event: ConversationEvent): Stretch[] {
  if (event.length === undefined) return []
  const head = Buffer.from(event.bytes ?? '', 'base64')
  const tail = Buffer.from(event.tail ?? '', 'base64')
  // If a run is only a little longer than the head, the tail begins within the head.
  const from = Math.max(head.length, event.length - tail.length)
  const rest = tail.subarray(tail.length - (event.length - from))
  return [{ from: 0, bytes: head }, ...(rest.length > 0 ? [{ from, bytes: rest }] : [])]
}

/** The part of the stretches from `from` up to, but not including, `to`. */
export function within(stretches: readonly Stretch[], from: number, to: number): Stretch[] {
  return stretches.flatMap((stretch) => {
    const start = Math.max(from, stretch.from)
    const bytes = stretch.bytes.subarray(start - stretch.from, Math.max(0, to - stretch.from))
    return bytes.length > 0 ? [{ from: start, bytes }] : []
  })
}
