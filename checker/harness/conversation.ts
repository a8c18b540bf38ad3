/** What happened, in the order in which the test saw it. */
export type EventKind =
  | 'start'
  | 'ready'
  | 'connect'
  | 'accept'
  | 'refused'
  | 'sent'
  | 'received'
  | 'fin-sent'
  | 'fin'
  | 'reset-sent'
  | 'reset'
  | 'pause'
  | 'resume'
  | 'signal'
  | 'stdout'
  | 'stderr'
  | 'exit'
  | 'note'

/** One arrow of the conversation. Times are milliseconds since the test began. */
export interface ConversationEvent {
  at: number
  kind: EventKind
  /** The client's name; absent if the event concerns only the process. */
  peer?: string
  /** How many bytes moved; `bytes` holds at most the first and last of them. */
  length?: number
  /** base64 of the first bytes. */
  bytes?: string
  /** base64 of the last bytes, if not all are in `bytes`. */
  tail?: string
  /** How many reads the bytes came in. */
  reads?: number
  /** True for a piece that was sent only after the one before it had been read. */
  split?: boolean
  /** A port, an exit status, a remark. */
  text?: string
  /**
   * The messages that these bytes completed, in a few words each, if the exercise says what its
   * bytes mean.
   */
  messages?: string[]
}

const HEAD_BYTES = 1024
const TAIL_BYTES = 64
const MAX_EVENTS = 400
const FIRST_EVENTS = 300

/** What is known about an event when it happens. */
interface EventDetails {
  peer?: string
  bytes?: Uint8Array
  text?: string
  split?: boolean
}

interface Entry {
  event: ConversationEvent
  /** When its last bytes arrived. */
  lastAt: number
  head: Buffer[]
  headLength: number
  tail: Buffer
}

/**
 * The record of one test. Bounded: it keeps the first 1 KiB and the last 64 bytes of each run of
 * bytes, and the first 300 and the last 100 events of a very long conversation.
 */
export class Conversation {
  #start = performance.now()
  #entries: Entry[] = []
  #dropped = 0
  #moved = new Map<EventKind, number>()
  #closed = false
  #bytesEnded = false
  readonly #onEvent: ((event: ConversationEvent) => void) | undefined

  /** `onEvent` is called with each event as it happens, and with bytes as they arrive. */
  constructor(onEvent?: (event: ConversationEvent) => void) {
    this.#onEvent = onEvent
  }

  /** Milliseconds since the test began. */
  now(): number {
    return Math.round((performance.now() - this.#start) * 10) / 10
  }

  /** Adds an event; bytes that one client receives in a row become one event. */
  add(kind: EventKind, about: EventDetails = {}): void {
    if (this.#closed || (this.#bytesEnded && kind === 'received')) return
    this.#moved.set(kind, this.moved(kind) + (about.bytes?.length ?? 0))
    const last = this.#entries.at(-1)
    const flows = kind === 'received' || kind === 'stdout' || kind === 'stderr'
    if (flows && about.bytes && last?.event.kind === kind && last.event.peer === about.peer) {
      this.#grow(last, about.bytes)
      this.#tell(eventOf(this.now(), kind, about), about.bytes)
      return
    }
    const event = eventOf(this.now(), kind, about)
    this.#tell(event, about.bytes)
    const entry: Entry = { event, lastAt: performance.now(), head: [], headLength: 0, tail: Buffer.alloc(0) }
    if (about.bytes) this.#grow(entry, about.bytes)
    this.#entries.push(entry)
    if (this.#entries.length > MAX_EVENTS) {
      this.#entries.splice(FIRST_EVENTS, 1)
      this.#dropped += 1
    }
  }

  /** How many bytes all clients together have `sent` or `received` so far. */
  moved(kind: EventKind): number {
    return this.#moved.get(kind) ?? 0
  }

  /** The test is decided: whatever happens from here on is our doing. */
  close(): void {
    this.#closed = true
  }

  /** Bytes that arrive from here on are not shown: the failure that counted them is written. */
  endBytes(): void {
    this.#bytesEnded = true
  }

  /** Forgets what happened before, for a test that plays the same conversation again and again. */
  restart(text: string): void {
    this.#entries = this.#entries.filter(({ event }) => event.kind === 'start' || event.kind === 'ready')
    this.#dropped = 0
    this.#bytesEnded = false
    this.add('note', { text })
  }

  /**
   * When the server ended this client's connection, or otherwise last sent it something, on the
   * clock of `performance.now()`. Not a RST after a FIN, which answers what the client sent
   * meanwhile.
   */
  arrivedAt(peer: string | undefined): number | undefined {
    const own = this.#entries.filter(({ event }) => event.peer === peer)
    const end = own.find(({ event }) => event.kind === 'fin' || event.kind === 'reset')
    return (end ?? own.findLast(({ event }) => event.kind === 'received'))?.lastAt
  }

  /**
   * Leaves out what the other clients did, for connections that have nothing to do with each other.
   */
  focus(peer: string | undefined): void {
    this.#entries = this.#entries.filter(({ event }) => event.peer === undefined || event.peer === peer)
  }

  /** The events so far, ready for JSON. */
  toEvents(): ConversationEvent[] {
    const events = this.#entries.map(({ event, head, tail }) => {
      const bytes = Buffer.concat(head)
      const held = { ...event }
      if (event.length !== undefined) held.bytes = bytes.toString('base64')
      if (event.length !== undefined && event.length > bytes.length) held.tail = tail.toString('base64')
      return held
    })
    if (this.#dropped > 0) {
      const at = events[FIRST_EVENTS]?.at ?? this.now()
      events.splice(FIRST_EVENTS, 0, { at, kind: 'note', text: `${this.#dropped} events left out` })
    }
    return events
  }

  #tell(event: ConversationEvent, bytes: Uint8Array | undefined): void {
    if (!this.#onEvent) return
    const head = bytes && Buffer.from(bytes.subarray(0, HEAD_BYTES)).toString('base64')
    this.#onEvent(head === undefined ? event : { ...event, length: bytes?.length ?? 0, bytes: head })
  }

  #grow(entry: Entry, bytes: Uint8Array): void {
    entry.lastAt = performance.now()
    entry.event.length = (entry.event.length ?? 0) + bytes.length
    if (entry.event.kind === 'received') entry.event.reads = (entry.event.reads ?? 0) + 1
    const room = HEAD_BYTES - entry.headLength
    if (room > 0) {
      const head = Buffer.from(bytes.subarray(0, room))
      entry.head.push(head)
      entry.headLength += head.length
    }
    entry.tail =
      bytes.length >= TAIL_BYTES
        ? Buffer.from(bytes.subarray(bytes.length - TAIL_BYTES))
        : Buffer.concat([entry.tail, bytes]).subarray(-TAIL_BYTES)
  }
}

function eventOf(at: number, kind: EventKind, { peer, text, split }: EventDetails): ConversationEvent {
  return {
    at,
    kind,
    ...(peer !== undefined && { peer }),
    ...(text !== undefined && { text }),
    ...(split && { split }),
  }
}
