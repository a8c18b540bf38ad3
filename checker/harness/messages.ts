/**
 * What the bytes of an exercise's protocol mean, for people: `.hidden/messages.ts` exports one of
 * these as `messages`. Reports and the wire page use it to show the messages of a conversation, and
 * play uses it to write them. It is never part of a verdict.
 */
export interface Messages {
  /**
   * The messages of a stream from its beginning, one after the other; `sender` is who sent it.
   * Stops at bytes that make no sense or are incomplete; the last message may then hold the fields
   * that are known, with `whole: false`. Must not throw.
   */
  read(stream: Buffer, sender: 'client' | 'server'): Message[]
  /**
   * The bytes of a line typed in play. Throws an Error whose message is a sentence for the person
   * who typed it.
   */
  write?(line: string): Uint8Array
  /** For play: the path that a browser should open, for servers that a browser can talk to. */
  page?: string
  /** For play: lines that can be typed, each with what it does. */
  lines?: readonly (readonly [line: string, does: string])[]
}

/** A message on the wire. Offsets count from the start of the stream. */
export interface Message {
  /** What it is called, in the lesson's word: `sum`, `RowDescription`. */
  name: string
  offset: number
  length: number
  fields: Field[]
  /**
   * The message in a few words, if its name and the values of its fields say too much or too
   * little.
   */
  text?: string
  /** False if the stream ended before it did. */
  whole?: boolean
}

/** A part of a message, in the order of the bytes. */
export interface Field {
  name: string
  offset: number
  length: number
  /** As the lesson writes it: `17`, `"hello"`, `0 (good)`. Absent for a group. */
  value?: string
  fields?: Field[]
}

const MAX_SUMMARY = 60

/** A message in a few words: its name, and what its fields hold. */
export function summaryOf({ name, fields, text: words }: Message): string {
  const values = (each: Field): string[] => [
    ...(each.value === undefined ? [] : [each.value]),
    ...(each.fields ?? []).flatMap(values),
  ]
  const text = words ?? [name, ...fields.flatMap(values)].join(' ')
  return text.length <= MAX_SUMMARY ? text : `${text.slice(0, MAX_SUMMARY - 1)}…`
}
