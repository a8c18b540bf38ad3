import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ConversationEvent } from '../../harness/conversation.ts'
import type { Failure } from '../../harness/failure.ts'
import { type Message, type Messages, summaryOf } from '../../harness/messages.ts'
import type { Subject } from '../../program/subject.ts'
import { type DecodedMessage, fieldsOf } from '../decoded.ts'
import type { TestResult } from '../verdict.ts'

/**
 * How the exercise's messages are read, if it says so: its `.hidden/messages.ts`, compiled into
 * `folder`.
 */
export async function loadMessages(folder: string): Promise<Messages | undefined> {
  const file = join(folder, 'messages.mjs')
  if (!existsSync(file)) return undefined
  const { messages } = (await import(pathToFileURL(file).href)) as { messages: Messages }
  return messages
}

/** What one side sent on one connection, as far as it was kept. */
interface Stream {
  sender: Subject
  bytes: Buffer
  /** The events that the bytes came in, each with the offset where it ends. */
  events: { event: ConversationEvent; end: number }[]
  /** False once bytes are missing because the conversation did not keep them. */
  kept: boolean
}

/**
 * A test's result with what its bytes mean: the messages of each event, and the field that a
 * failure is in.
 */
export function decode(result: TestResult, messages: Messages, subject: Subject): TestResult {
  const conversation = result.conversation.map((event) => ({ ...event }))
  const current = new Map<string, Stream>()
  const streams: Stream[] = []
  for (const event of conversation) follow(event, subject, current, streams)
  for (const stream of streams) nameMessages(stream, messages)
  const { failure } = result
  const received = failure && current.get(keyOf('received', failure.peer))
  const decoded = received && decodeFailure(failure, received, messages)
  return { ...result, conversation, ...(decoded && { decoded }) }
}

function follow(
  event: ConversationEvent,
  subject: Subject,
  current: Map<string, Stream>,
  streams: Stream[],
): void {
  const { kind, peer } = event
  if (kind === 'connect' || kind === 'accept') {
    // If a name connects again, its streams start over.
    for (const side of ['sent', 'received'] as const) {
      const other = subject === 'server' ? 'client' : 'server'
      const sender = side === 'received' ? subject : other
      const stream = { sender, bytes: Buffer.alloc(0), events: [], kept: true }
      current.set(keyOf(side, peer), stream)
      streams.push(stream)
    }
  }
  const stream = kind === 'sent' || kind === 'received' ? current.get(keyOf(kind, peer)) : undefined
  if (!stream?.kept) return
  const bytes = Buffer.from(event.bytes ?? '', 'base64')
  stream.bytes = Buffer.concat([stream.bytes, bytes])
  stream.events.push({ event, end: stream.bytes.length })
  stream.kept = bytes.length === event.length
}

function keyOf(side: 'sent' | 'received', peer: string | undefined): string {
  return `${side} ${peer}`
}

/** Each message belongs to the event in which its last byte came. */
function nameMessages({ bytes, sender, events }: Stream, messages: Messages): void {
  for (const message of messages.read(bytes, sender)) {
    if (message.whole === false) continue
    const end = message.offset + message.length
    const event = events.find((each) => each.end >= end)?.event
    if (event) event.messages = [...(event.messages ?? []), summaryOf(message)]
  }
}

/**
 * The message that contains the first wrong byte, as it came, beside the one that should have come.
 */
function decodeFailure(failure: Failure, stream: Stream, messages: Messages): DecodedMessage | undefined {
  const { position, offset, window = 0, expected } = failure
  if (position === undefined || offset === undefined || expected === undefined) return undefined
  // `expected` begins where the stream was still right, so what came before it is what should have
  // come.
  const before = position - offset + window
  if (before > stream.bytes.length) return undefined
  const should = Buffer.concat([stream.bytes.subarray(0, before), Buffer.from(expected, 'base64')])
  const wanted = messageAt(position, messages.read(should, stream.sender))
  const came = messageAt(position, messages.read(stream.bytes, stream.sender))
  if (!wanted && !came) return undefined
  return {
    name: (came ?? wanted)?.name ?? '',
    ...(came && wanted && came.name !== wanted.name && { instead: wanted.name }),
    fields: fieldsOf(came, wanted, { came: stream.bytes, should, position }),
  }
}

function messageAt(position: number, all: readonly Message[]): Message | undefined {
  return all.find(({ offset, length }) => offset <= position && position < offset + length)
}
