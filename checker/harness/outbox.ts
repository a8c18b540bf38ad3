import type { Socket } from 'node:net'
import { type Bytes, toBuffer } from '../program/bytes.ts'
import { delay } from '../program/delay.ts'
import { bytesRead } from '../program/processes.ts'
import { type Piece, pieceFor, untilRead } from '../program/queues.ts'
import type { Waited } from './patience.ts'
import { scenario } from './running-check.ts'

/** A write that may be more than the kernel's buffers take at once. */
const LARGE_BYTES = 64 * 1024
/**
 * A program that has read this much while a write waited is still reading: its own wake-up calls
 * are smaller.
 */
const MIN_READ_BYTES = 4096

/** How `sendInPieces` cuts: each size in turn, then the last one again and again. */
export type Sizes = readonly [number, ...number[]]

/** Whose bytes are sent, and between which ports. */
interface Sender {
  readonly name: string
  readonly localPort: number
  readonly remotePort: number
}

/** What goes out on a connection. */
export class Outbox {
  readonly #peer: Sender
  readonly #socket: Socket
  readonly #scenario = scenario()

  constructor(peer: Sender, socket: Socket) {
    this.#peer = peer
    this.#socket = socket
  }

  /**
   * Resolves when the kernel has taken every byte. If the program stops reading before that, it
   * fails, and the test fails too, even if it does not await this.
   */
  send(bytes: Bytes | Iterable<Uint8Array>): Promise<void> {
    const sending = this.#send(bytes)
    sending.catch(() => {})
    return sending
  }

  async #send(bytes: Bytes | Iterable<Uint8Array>): Promise<void> {
    const whole = typeof bytes === 'string' || bytes instanceof Uint8Array ? [toBuffer(bytes)] : bytes
    for (const part of whole) {
      await this.#write(part)
    }
  }

  /**
   * Sends a byte every `every` ms, repeating the text, for `upTo` ms or until `stop`. Time taken by
   * a busy machine does not count. Returns the longest pause between two bytes, in ms.
   */
  async drip(
    text: string,
    { every, upTo, stop }: { every: number; upTo: number; stop: () => boolean },
  ): Promise<number> {
    const bytes = toBuffer(text)
    const start = this.#scenario.moment()
    let longest = 0
    let last = start.at
    const isOver = () => performance.now() - start.at - upTo > this.#scenario.starvedSince(start)
    for (let i = 0; !isOver() && !stop(); i += 1) {
      await this.#write(bytes.subarray(i % bytes.length, (i % bytes.length) + 1), i > 0)
      await delay(every)
      longest = Math.max(longest, performance.now() - last)
      last = performance.now()
    }
    return longest
  }

  /** In pieces of these sizes, each sent only after the previous one has been read. */
  async sendInPieces(bytes: Bytes, sizes: Sizes): Promise<void> {
    const whole = toBuffer(bytes)
    let from = 0
    let reads = true
    let piece: Piece | undefined
    for (let i = 0; from < whole.length; i += 1) {
      // A program that has fallen asleep over unread bytes will not read the next piece by itself
      // either.
      if (piece && reads) reads = await this.#untilRead(piece)
      const bytes = whole.subarray(from, from + (sizes[Math.min(i, sizes.length - 1)] ?? 1))
      piece = pieceFor(this.#scenario.pids, bytes.length)
      await this.#write(bytes, i > 0)
      from += bytes.length
    }
  }

  /** False if the program sleeps and leaves bytes unread. */
  async #untilRead(piece: Piece): Promise<boolean> {
    const patience = new AbortController()
    const read = untilRead(this.#peer.localPort, this.#peer.remotePort, piece, patience.signal)
    const outcome = await this.#scenario.patiently(read)
    patience.abort()
    return outcome === 'changed'
  }

  async #write(bytes: Uint8Array, split = false): Promise<void> {
    this.#scenario.conversation.add('sent', { peer: this.#peer.name, bytes, split })
    this.#scenario.remember(this.#peer.name, bytes)
    const outcome = await this.#untilWritten(bytes)
    if (outcome === 'changed') return
    throw await this.#scenario.failed({
      code: 'not-read',
      peer: this.#peer.name,
      should: `read what ${this.#peer.name} sends`,
      // How much it has read is unknown: some of the unread bytes may lie in the kernel.
      but: `it stopped reading for ${this.#scenario.waited(outcome)}`,
    })
  }

  /** A program that takes a little at a time, and sleeps in between, has not stopped reading. */
  async #untilWritten(bytes: Uint8Array): Promise<Waited> {
    const written = this.#written(bytes)
    for (;;) {
      const before = bytes.length < LARGE_BYTES ? Number.POSITIVE_INFINITY : bytesRead(this.#scenario.pids)
      const outcome = await this.#scenario.patiently(written)
      if (outcome !== 'still' || bytesRead(this.#scenario.pids) < before + MIN_READ_BYTES) return outcome
    }
  }

  /** A write to a broken connection is not a failure by itself: a missing answer is. */
  #written(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      if (this.#socket.destroyed || !this.#socket.writable) return resolve()
      this.#socket.write(bytes, () => resolve())
    })
  }
}
