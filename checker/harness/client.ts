import { type Bytes, toBuffer } from '../program/bytes.ts'
import type { Program } from '../program/program.ts'
import { Child } from './child.ts'
import { expectBytes, expectFin } from './expectation.ts'
import { Inbox } from './inbox.ts'
import type { Incoming } from './incoming.ts'
import { extraBytes } from './mismatch.ts'
import type { Waited } from './patience.ts'
import { scenario } from './running-check.ts'

/** Starts the learner's client, which should connect to this port of 127.0.0.1 or of `host`. */
export async function startClient(
  port: number,
  { env, host }: { env?: Record<string, string>; host?: string } = {},
): Promise<Client> {
  const vars = { ...env, ...(host !== undefined && { HOST: host }) }
  const program = await scenario().pool.start({ env: vars, port, input: true })
  scenario().adopt(program)
  return new Client(program)
}

/** A started client of the learner's, with its standard input and output. */
export class Client extends Child {
  readonly #inbox = new Inbox()
  readonly #scenario = scenario()
  readonly #incoming: Incoming

  constructor(program: Program) {
    super(program)
    const { stdin, stdout } = program.streams
    this.#incoming = {
      inbox: this.#inbox,
      peer: 'client',
      give: 'print',
      gave: 'printed',
      finish: 'close its output',
      scenario: this.#scenario,
      demand: () => {},
    }
    // What is typed to a program that has exited is lost; its output and exit code tell the story.
    stdin?.on('error', () => {})
    stdout.on('data', (bytes: Buffer) => this.#inbox.add(bytes))
    stdout.on('end', () => this.#inbox.end({ kind: 'fin' }))
    this.#scenario.atFinish(async () => {
      if (this.#inbox.length > 0) throw await extraBytes(this.#incoming, 'print nothing more')
    })
  }

  /** Types to its standard input. */
  async type(bytes: Bytes | Iterable<Uint8Array>): Promise<void> {
    const parts = typeof bytes === 'string' || bytes instanceof Uint8Array ? [toBuffer(bytes)] : bytes
    for (const part of parts) {
      this.#scenario.conversation.add('sent', { peer: 'stdin', bytes: part })
      const outcome = await this.#untilTyped(part)
      if (outcome !== 'changed') {
        throw await this.#scenario.failed({
          code: 'not-read',
          should: 'read its standard input',
          but: `it stopped reading for ${this.#scenario.waited(outcome)}`,
        })
      }
    }
  }

  /** Its standard input ends. */
  async endInput(): Promise<void> {
    this.#scenario.conversation.add('fin-sent', { peer: 'stdin' })
    this.program.streams.stdin?.end()
  }

  /** Stops reading what it prints: the pipe fills up, then its writes wait. */
  pauseOutput(): void {
    this.#scenario.conversation.add('pause', { peer: 'stdout' })
    this.program.streams.stdout.pause()
  }

  /** Reads its output again. */
  resumeOutput(): void {
    this.#scenario.conversation.add('resume', { peer: 'stdout' })
    this.program.streams.stdout.resume()
  }

  /** It prints exactly these bytes next. */
  expectOutput(bytes: Bytes): Promise<void> {
    return expectBytes(this.#incoming, bytes)
  }

  /** It prints nothing more and closes its output. */
  expectOutputEnd(): Promise<void> {
    return expectFin(this.#incoming)
  }

  /** While the test itself is not reading the output, a client is right to stop reading input. */
  async #untilTyped(bytes: Uint8Array): Promise<Waited> {
    const written = this.#write(bytes)
    for (;;) {
      const outcome = await this.#scenario.patiently(written)
      if (outcome !== 'still' || this.#scenario.notReading.size === 0) return outcome
    }
  }

  #write(bytes: Uint8Array): Promise<void> {
    const { stdin } = this.program.streams
    return new Promise((resolve) => {
      if (!stdin?.writable) return resolve()
      stdin.write(bytes, () => resolve())
    })
  }
}
