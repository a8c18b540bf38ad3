import type { Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Bytes, quote } from '../program/bytes.ts'
import { hasProc } from '../program/proc.ts'
import { untilTaken } from '../program/queues.ts'
import { type Arrivals, arrivalsOn } from '../program/tcp-info.ts'
import { kernelHolds } from '../program/tcp-table.ts'
import { COARSE_MS, expectLineAfter, type Since } from './deadline.ts'
import { expectBytes, expectFin, expectOneOf, readBytes, readLine, readToEnd } from './expectation.ts'
import { Inbox } from './inbox.ts'
import type { Incoming } from './incoming.ts'
import { extraBytes } from './mismatch.ts'
import { Outbox, type Sizes } from './outbox.ts'
import { scenario } from './running-check.ts'
import { Untimely } from './untimely.ts'

/**
 * With this many unread bytes we stop reading, so that a flood fills the kernel's buffers and not
 * ours.
 */
const MAX_UNREAD_BYTES = 1024 * 1024

/**
 * One end of a connection: a client of the learner's server, or the server of the learner's client.
 */
export class Peer {
  readonly name: string
  readonly #socket: Socket
  readonly #inbox = new Inbox()
  readonly #scenario = scenario()
  readonly #incoming: Incoming
  readonly #outbox: Outbox
  #paused = false
  #isEndless = false
  #sentEnd = false
  /** What it sent last, and when. */
  #asked = { what: 'connecting', at: performance.now() }
  #answeredAt = Number.POSITIVE_INFINITY
  #since: Since
  #arrivedAt = Number.POSITIVE_INFINITY
  #gone = false
  #sawReset = false

  /** `begun`: when it began to connect. */
  constructor(name: string, socket: Socket, begun = performance.now()) {
    this.name = name
    this.#since = { ...this.#scenario.moment(), at: begun, what: `${name} connected` }
    this.#socket = socket
    this.#outbox = new Outbox(this, socket)
    const server = this.#scenario.subject === 'server'
    this.#incoming = {
      inbox: this.#inbox,
      peer: name,
      give: `send ${name}`,
      gave: 'sent',
      finish: server ? `end ${name}'s connection (FIN)` : 'end its side of the connection (FIN)',
      scenario: this.#scenario,
      demand: () => this.#flow(),
    }
    socket.setNoDelay(true)
    socket.on('data', (bytes) => this.#arrive(bytes))
    socket.on('end', () => this.#finish())
    socket.on('error', (error: NodeJS.ErrnoException) => this.#break(error.code ?? error.message))
    this.#scenario.atEnd(() => this.#leave())
    this.#scenario.atFinish(() => this.#expectNoRest())
  }

  /** When she last began to send, or to connect, on the clock of `performance.now()`. */
  get since(): number {
    return this.#since.at
  }

  get localAddress(): string {
    return this.#local.address
  }

  get localPort(): number {
    return this.#local.port
  }

  get remoteAddress(): string {
    return this.#remote.address
  }

  get remotePort(): number {
    return this.#remote.port
  }

  /**
   * How many bytes have arrived that the test has not looked at: shows whether an answer came
   * before something that the test did.
   */
  get unread(): number {
    return this.#inbox.length
  }

  /**
   * Sends; resolves when the kernel has taken every byte. Fails if the program stops reading before
   * that.
   */
  send(bytes: Bytes | Iterable<Uint8Array>): Promise<void> {
    this.#asks(typeof bytes === 'string' ? quote(bytes) : 'its last bytes')
    this.#since = { ...this.#scenario.moment(), what: `${this.name}'s last byte` }
    return this.#outbox.send(bytes)
  }

  /**
   * Sends byte by byte, or in pieces of these sizes, each only after the previous one has been
   * read.
   */
  sendInPieces(bytes: Bytes, sizes: Sizes = [1]): Promise<void> {
    this.#asks(typeof bytes === 'string' ? quote(bytes) : 'its last bytes')
    this.#since = { ...this.#scenario.moment(), what: `${this.name}'s last byte` }
    return this.#outbox.sendInPieces(bytes, sizes)
  }

  /**
   * Sends the text again and again, a byte every `every` ms, for `upTo` ms or until something comes
   * or the connection breaks.
   */
  drip(text: string, { every, upTo }: { every: number; upTo: number }): Promise<number> {
    this.#since = { ...this.#scenario.moment(), what: `the first byte of ${this.name}'s line` }
    const { ending } = this.#inbox
    const stop = () => this.#gone || this.#sawReset || this.#inbox.length > 0 || this.#inbox.ending !== ending
    return this.#outbox.drip(text, { every, upTo, stop })
  }

  /**
   * Exactly these bytes come next, however they are cut. Only one part of an iterable is held at a
   * time: for answers of hundreds of MiB.
   */
  expect(bytes: Bytes | Iterable<Uint8Array>): Promise<void> {
    return expectBytes(this.#incoming, bytes)
  }

  /**
   * One of these answers comes next. Resolves with its place in the list. None may begin with
   * another.
   */
  expectOneOf(answers: readonly [Bytes, ...Bytes[]]): Promise<number> {
    return expectOneOf(this.#incoming, answers)
  }

  /** This line and its `\n` come next. */
  expectLine(line: string): Promise<void> {
    return expectBytes(this.#incoming, `${line}\n`)
  }

  /**
   * The connection breaks, within this many ms at most, although she keeps sending this text, a
   * byte every `every` ms. Within `inTime`, the whole test is played again if a busy machine kept
   * her from sending for `silence` ms: a server that waits that long would hang up as well.
   */
  async expectHangUp(
    text: string,
    { every, within, silence }: { every: number; within: number; silence: number },
  ): Promise<void> {
    const longest = await this.drip(text, { every, upTo: within })
    if (this.#sawReset && longest < silence) return
    if (this.#sawReset) throw new Untimely()
    throw await this.#scenario.failed({
      code: 'not-ended',
      peer: this.name,
      should: `hang up on ${this.name} within ${(within / 1000).toFixed(1)} s, whatever ${this.name} sends`,
      but: 'it went on reading',
    })
  }

  /**
   * This line comes next, `ms` after her last `send` or `sendInPieces` began, or her connect, or
   * the first byte of a `drip`: never sooner, and at most a second later. The program has to be at
   * rest before that (`untilIdle`), since event loops count from when they last looked at a clock.
   */
  expectLineAfter(ms: number, line: string): Promise<void> {
    const { at, starved, what } = this.#since
    const since = { at, starved, what }
    return expectLineAfter(this.#incoming, { ms, line, since, arrivedAt: () => this.#arrivedAt })
  }

  /** The next line, without its `\n`. */
  readLine(): Promise<string> {
    return readLine(this.#incoming)
  }

  /** The next lines, as many as asked for, without their `\n`. */
  async readLines(count: number): Promise<string[]> {
    const lines: string[] = []
    while (lines.length < count) lines.push(await readLine(this.#incoming))
    return lines
  }

  /**
   * The next bytes, as many as asked for: for answers that a test has to take apart. `what` they
   * are completes "The server should send alice …".
   */
  read(count: number, what?: string): Promise<Buffer> {
    return readBytes(this.#incoming, count, what)
  }

  /** How many bytes have arrived in all, looked at or not. */
  get received(): number {
    return this.#inbox.taken + this.#inbox.length
  }

  /**
   * How many bytes have arrived in how many segments, by the kernel's count: small writes that
   * waited for an acknowledgement arrived together. Undefined outside Linux.
   */
  get arrivals(): Arrivals | undefined {
    return arrivalsOn(this.#socket)
  }

  /**
   * Everything that comes before the FIN, as text. For streams whose end a test cannot predict,
   * such as ticks: it checks the text afterwards.
   */
  readToEnd(): Promise<string> {
    return readToEnd(this.#incoming)
  }

  /**
   * FIN comes next. `clean`: and no RST for anything that was sent, for servers that have to read
   * until the client has ended.
   */
  async expectEnd({ clean = false }: { clean?: boolean } = {}): Promise<void> {
    await expectFin(this.#incoming)
    if (clean) await this.#untilTaken()
    if (!clean || !this.#inbox.wasReset) return
    // A RST that came with the end of the stream had no event of its own.
    if (!this.#sawReset) this.#scenario.conversation.add('reset', { peer: this.name })
    throw await this.#scenario.failed({
      code: 'reset',
      peer: this.name,
      should: `end ${this.name}'s connection with FIN alone`,
      but: 'reset it (RST)',
    })
  }

  /** RST comes; bytes before it do not matter. */
  async expectReset(): Promise<void> {
    while (!this.#inbox.wasReset) {
      while (this.#inbox.length > 0) this.#inbox.take(this.#inbox.length)
      this.#flow()
      const outcome = await this.#scenario.patiently(this.#inbox.change())
      if (outcome === 'changed') continue
      const but = this.#inbox.ending
        ? 'ended it normally (FIN)'
        : `kept it open for ${this.#scenario.waited(outcome)}`
      throw await this.#scenario.failed({
        code: 'not-reset',
        peer: this.name,
        should: `reset ${this.name}'s connection (RST)`,
        but,
      })
    }
  }

  /**
   * Nothing has come up to now, and the connection is open. Belongs after a fence: a later event
   * that the test awaited.
   */
  async expectNothing(): Promise<void> {
    // So that what the kernel holds for us has come, too.
    await nextTurn()
    const should = `send ${this.name} nothing at this point`
    if (this.#inbox.length > 0) throw await extraBytes(this.#incoming, should, 'too-early')
    const { ending } = this.#inbox
    if (!ending) return
    const but = ending.kind === 'fin' ? 'ended the connection (FIN)' : 'reset the connection (RST)'
    throw await this.#scenario.failed({
      code: ending.kind === 'fin' ? 'ended' : 'reset',
      peer: this.name,
      should: `keep ${this.name}'s connection open`,
      but,
    })
  }

  /**
   * What came last (called `what`, if given) came no sooner than `ms` after what the peer sent
   * last: bytes, or the FIN of `end`. A busy machine makes it late, never early: our clock starts
   * before the program can know. The program has to be at rest then, since event loops count from
   * when they last looked at a clock.
   */
  async expectDelay(ms: number, what?: string): Promise<void> {
    const took = this.#answeredAt - this.#asked.at
    if (took >= ms - COARSE_MS) return
    throw await this.#scenario.failed({
      code: 'too-early',
      peer: this.name,
      should: `${what === undefined ? `answer ${this.name}` : `send ${this.name} ${what}`} no sooner than ${ms} ms after ${this.#asked.what}`,
      but:
        took < 0
          ? 'answered before it'
          : `${what === undefined ? 'answered' : 'sent it'} ${took.toFixed(1)} ms after it`,
    })
  }

  /** Half-close: FIN after all that was sent. Reading goes on. */
  async end(): Promise<void> {
    this.#sentEnd = true
    this.#asks('the end (FIN)')
    this.#scenario.conversation.add('fin-sent', { peer: this.name })
    // If a FIN can no longer be sent, the stream's own end reports it.
    await new Promise<void>((resolve) => {
      this.#socket.once('close', () => resolve())
      this.#socket.end(() => resolve())
    })
  }

  /** RST: the connection is gone at once, in both directions. */
  async reset(): Promise<void> {
    this.#gone = true
    this.#scenario.conversation.add('reset-sent', { peer: this.name })
    await new Promise<void>((resolve) => {
      if (this.#socket.destroyed) return resolve()
      this.#socket.once('close', () => resolve())
      this.#socket.resetAndDestroy()
    })
  }

  /** Stops reading: the kernel's buffers fill up, then the program's writes wait. */
  pause(): void {
    this.#paused = true
    this.#scenario.notReading.add(this)
    this.#scenario.conversation.add('pause', { peer: this.name })
    this.#socket.pause()
  }

  /** Reads again. */
  resume(): void {
    this.#paused = false
    this.#scenario.notReading.delete(this)
    this.#scenario.conversation.add('resume', { peer: this.name })
    this.#socket.resume()
  }

  /**
   * What she has not read by the end of the test is not a failure: for servers that keep sending on
   * their own.
   */
  endless(): this {
    this.#isEndless = true
    return this
  }

  /**
   * Leaves without failing the test for anything unread: for connections that have played their
   * part.
   */
  dismiss(): void {
    this.#leave()
  }

  /** Waits until the program has taken all, or will read no more: that is not a reset. */
  async #untilTaken(): Promise<void> {
    const patience = new AbortController()
    await this.#scenario.patiently(untilTaken(this.localPort, this.remotePort, patience.signal))
    patience.abort()
  }

  #asks(what: string): void {
    this.#asked = { what, at: performance.now() }
  }

  #arrive(bytes: Buffer): void {
    this.#answeredAt = performance.now()
    this.#scenario.conversation.add('received', { peer: this.name, bytes })
    if (this.#inbox.length === 0) this.#arrivedAt = performance.now()
    this.#inbox.add(bytes)
    if (this.#inbox.length > MAX_UNREAD_BYTES) this.#socket.pause()
  }

  #finish(): void {
    if (this.#inbox.length === 0) this.#arrivedAt = performance.now()
    this.#scenario.conversation.add('fin', { peer: this.name })
    this.#inbox.end({ kind: 'fin' }, () => this.#isForgotten())
  }

  /**
   * libuv reports a RST that arrives with bytes as the end of the stream. The kernel knows
   * better: after a FIN it keeps the connection (CLOSE-WAIT) for as long as we do; after a RST it
   * has forgotten it.
   */
  #isForgotten(): boolean {
    return hasProc && !this.#sentEnd && !kernelHolds(this.localPort, this.remotePort)
  }

  #break(code: string): void {
    if (this.#gone) return
    this.#sawReset = true
    if (this.#inbox.length === 0) this.#arrivedAt = performance.now()
    this.#scenario.conversation.add('reset', { peer: this.name, text: code })
    this.#inbox.end({ kind: 'reset', code })
  }

  #flow(): void {
    if (!this.#paused) this.#socket.resume()
  }

  /** Unexpected bytes fail a test that would pass otherwise. */
  async #expectNoRest(): Promise<void> {
    if (this.#gone || this.#isEndless || this.#inbox.length === 0) return
    throw await extraBytes(this.#incoming, `send ${this.name} nothing more`)
  }

  #leave(): void {
    this.#gone = true
    if (this.#sentEnd && this.#inbox.ending) this.#socket.destroy()
    else this.#socket.resetAndDestroy()
  }

  readonly #local = { address: '', port: 0 }
  readonly #remote = { address: '', port: 0 }

  /** Keeps the addresses: a socket forgets them when it closes. */
  keepAddresses(): this {
    this.#local.address = this.#socket.localAddress ?? ''
    this.#local.port = this.#socket.localPort ?? 0
    this.#remote.address = this.#socket.remoteAddress ?? ''
    this.#remote.port = this.#socket.remotePort ?? 0
    return this
  }
}
