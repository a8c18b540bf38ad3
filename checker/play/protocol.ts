import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Exercise } from '../course/course.ts'
import { UsageError } from '../errors/usage.ts'
import { type Message, type Messages, summaryOf } from '../harness/messages.ts'
import { compileTests } from '../judge/prepares/compile.ts'

/** How much of a stream is read again with each chunk, at most: play is typed by hand. */
const MAX_KEPT_BYTES = 64 * 1024

/**
 * The protocol of an exercise that defines what its bytes mean: decodes what is shown, encodes what
 * is typed.
 */
export class Protocol {
  readonly #messages: Messages
  readonly #streams = new Map<string, { bytes: Buffer; read: number }>()

  constructor(messages: Messages) {
    this.#messages = messages
  }

  /** Lines that can be typed, and what each does. */
  get lines(): readonly (readonly [line: string, does: string])[] {
    return this.#messages.write ? (this.#messages.lines ?? []) : []
  }

  /** The path for a browser to open. */
  get page(): string | undefined {
    return this.#messages.page
  }

  /** The bytes of a typed line; undefined if lines are sent as they are. */
  write(line: string): Buffer | undefined {
    if (!this.#messages.write) return undefined
    try {
      return Buffer.from(this.#messages.write(line))
    } catch (error) {
      throw new UsageError(`Nothing was sent: ${(error as Error).message}`)
    }
  }

  /** A connection of this name begins anew. */
  restart(name: string): void {
    for (const sender of SENDERS) this.#streams.delete(`${name} ${sender}`)
  }

  /** The messages that these bytes complete, in a few words each. */
  read(name: string, sender: 'client' | 'server', bytes: Buffer): string[] {
    const key = `${name} ${sender}`
    const { bytes: before, read } = this.#streams.get(key) ?? { bytes: Buffer.alloc(0), read: 0 }
    const stream = Buffer.concat([before, bytes])
    const all = stream.length > MAX_KEPT_BYTES ? [] : this.#messages.read(stream, sender)
    const whole = all.filter((each: Message) => each.whole !== false)
    this.#streams.set(key, { bytes: stream.subarray(0, MAX_KEPT_BYTES + 1), read: whole.length })
    return whole.slice(read).map(summaryOf)
  }
}

const SENDERS = ['client', 'server'] as const

/** The exercise's protocol, compiled into `folder`; undefined if its messages are plain lines. */
export async function loadProtocol(exercise: Exercise, folder: string): Promise<Protocol | undefined> {
  const source = join(exercise.folder, '.hidden')
  if (!existsSync(join(source, 'messages.ts'))) return undefined
  await compileTests([source], folder)
  const { messages } = (await import(pathToFileURL(join(folder, 'messages.mjs')).href)) as {
    messages: Messages
  }
  return new Protocol(messages)
}
