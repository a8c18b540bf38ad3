import { type Cipher, createCipheriv, createHash } from 'node:crypto'

const FIRST_LETTER = 0x61
const LETTERS = 26
const SPACE = 0x20
const NEWLINE = 0x0a
const ZEROS = Buffer.alloc(64 * 1024)

/**
 * Values that cannot be guessed but can be reproduced: each test draws from a stream that depends
 * only on the seed and the test's title, so `--seed` replays it and the order of tests does not
 * matter.
 */
export class Random {
  readonly #stream: Cipher

  constructor(seed: number, title: string) {
    const key = createHash('sha256').update(`${seed}\n${title}`).digest()
    this.#stream = createCipheriv('aes-256-ctr', key, Buffer.alloc(16))
  }

  /**
   * `length` bytes, every value equally likely. In blocks: fresh memory of many MiB, once for zeros
   * and once for the result, takes longer than the cipher.
   */
  bytes(length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length)
    for (let at = 0; at < length; at += ZEROS.length)
      this.#stream.update(ZEROS.subarray(0, length - at)).copy(bytes, at)
    return bytes
  }

  /** A whole number from `min` to `max`, both included. */
  int(min: number, max: number): number {
    return min + Math.floor((this.bytes(6).readUIntBE(0, 6) / 2 ** 48) * (max - min + 1))
  }

  /** One of the list. */
  pick<T>(list: readonly [T, ...T[]]): T {
    return list[this.int(0, list.length - 1)] ?? list[0]
  }

  /** A word of 5 to 9 lower-case letters. */
  word(): string {
    return this.letters(this.int(5, 9))
  }

  /** `length` lower-case letters. */
  letters(length: number): string {
    return this.#letters(length).toString('latin1')
  }

  /** Words with spaces in between, `length` characters in all, no line ending. */
  line(length = 24): string {
    const line = this.#letters(length)
    for (let i = 6; i < length - 1; i += 7) line[i] = SPACE
    return line.toString('latin1')
  }

  /** Lines of words, `length` characters in all, ending with a newline. */
  text(length: number): string {
    const text = this.#letters(length)
    for (let i = 6; i < length; i += 7) text[i] = SPACE
    for (let i = 60; i < length; i += 61) text[i] = NEWLINE
    if (length > 0) text[length - 1] = NEWLINE
    return text.toString('latin1')
  }

  /** As bytes: tests ask for megabytes of them. */
  #letters(length: number): Buffer {
    return this.bytes(length).map((byte) => FIRST_LETTER + (byte % LETTERS)) as Buffer
  }
}
