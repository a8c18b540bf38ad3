import {
  addressIn,
  type Call,
  type Descriptor,
  endsOf,
  returnedNumber,
  subjectOf,
  toDescriptor,
} from './call.ts'
import type { Trace } from './trace.ts'

/** What is known of one descriptor at one moment of the trace. */
export interface SocketState {
  listening: boolean
  connected: boolean
  /** Its calls sleep until they have something to return. */
  blocking: boolean
  /** The other end: `alice`, or `the client`. */
  who: string
  read: number
  ended: boolean
  peerEnded: boolean
  wasReset: boolean
}

/**
 * Follows the calls of a trace in order: which descriptor belongs to which client, and what has
 * happened to it so far.
 */
export class SocketStates {
  readonly #trace: Trace
  /**
   * By descriptor and by the other end's address: after a fork, two processes can use the same
   * number for different connections.
   */
  readonly #sockets = new Map<number | string, SocketState>()
  readonly #names = new Map<string, string>()

  constructor(trace: Trace) {
    this.#trace = trace
    for (const { kind, text, who } of trace.happenings) {
      if ((kind === 'connects' || kind === 'accepts') && text && who) this.#names.set(text, who)
    }
  }

  /** The state of the socket that a call is about, before the call. */
  before(call: Call): SocketState {
    const subject = subjectOf(call)
    const known = keysOf(subject).flatMap((key) => this.#sockets.get(key) ?? [])
    return known[0] ?? this.#fresh(subject?.label ?? '')
  }

  /** The connection that accept returned. */
  accepted(call: Call): SocketState {
    const made = toDescriptor(call.result)
    const ends = endsOf(made)
    const peer = addressIn(call.args[1])
    const address = ends?.remote ?? (peer ? `${peer.address}:${peer.port}` : '')
    const state = this.#fresh('')
    state.connected = true
    state.who = this.#names.get(address) ?? state.who
    state.blocking = call.name === 'accept' || !call.args.some((arg) => arg.includes('SOCK_NONBLOCK'))
    return state
  }

  /** Bytes that had been sent by that time and that this socket had not read. */
  unread({ who, read }: SocketState, at: number): number {
    const sent = this.#trace.happenings
      .filter((each) => each.kind === 'sends' && each.who === who && each.at <= at)
      .reduce((sum, each) => sum + (each.length ?? 0), 0)
    return Math.max(0, sent - read)
  }

  /** True if another process has the descriptor too, as after a fork, and uses it later. */
  heldElsewhere(call: Call): boolean {
    const fd = subjectOf(call)?.fd
    const later = this.#trace.calls.slice(this.#trace.calls.indexOf(call) + 1)
    const next = later.find((each) => subjectOf(each)?.fd === fd || toDescriptor(each.result)?.fd === fd)
    return next !== undefined && next.pid !== call.pid && subjectOf(next)?.fd === fd && next.name !== 'socket'
  }

  /** Updates the states after a call. */
  note(call: Call): void {
    const subject = subjectOf(call)
    if (!subject) return
    const state = this.before(call)
    const count = returnedNumber(call)
    if (call.error === 'ECONNRESET' || call.error === 'EPIPE') state.wasReset = true
    if (call.name === 'connect') state.connected = count === 0 || call.error === 'EINPROGRESS'
    if (call.name === 'connect') this.#keep(subject, state)
    if (count === undefined) return
    if (call.name === 'socket') {
      const blocking = !(call.args[1] ?? '').includes('SOCK_NONBLOCK')
      this.#keep({ fd: count, label: '' }, { ...this.#fresh(''), blocking })
      return
    }
    const made = /^accept/.test(call.name) ? toDescriptor(call.result) : undefined
    if (made) this.#keep(made, this.accepted(call))
    if (call.name === 'listen') state.listening = true
    if (READS.has(call.name)) state.read += count
    if (READS.has(call.name) && count === 0) state.peerEnded = true
    if (call.name === 'shutdown' && call.args[1] !== 'SHUT_RD') state.ended = true
    if (call.name === 'getsockopt' && call.args[2] === 'SO_ERROR') state.connected = call.args[3] === '[0]'
    if (call.name === 'close' && !this.heldElsewhere(call))
      for (const key of keysOf(subject)) this.#sockets.delete(key)
    else this.#keep(subject, state)
  }

  #keep(subject: Descriptor, state: SocketState): void {
    for (const key of keysOf(subject)) this.#sockets.set(key, state)
  }

  #fresh(label: string): SocketState {
    const ends = endsOf({ fd: 0, label })
    const stranger = this.#trace.subject === 'server' ? 'the client' : 'the server'
    const named = ends && this.#names.get(ends.remote)
    return {
      listening: false,
      connected: ends !== undefined,
      blocking: true,
      who: named ?? stranger,
      read: 0,
      ended: false,
      peerEnded: false,
      wasReset: false,
    }
  }
}

/** Calls that read bytes from a socket. */
export const READS = new Set(['read', 'readv', 'recvfrom', 'recvmsg'])
/** Calls that write bytes to one. */
export const WRITES = new Set(['write', 'writev', 'sendto', 'sendmsg'])

function keysOf(subject: Descriptor | undefined): (number | string)[] {
  const remote = endsOf(subject)?.remote
  return [...(remote === undefined ? [] : [remote]), ...(subject ? [subject.fd] : [])]
}
