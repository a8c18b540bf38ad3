import { type Cipher, createCipheriv, createHash } from 'node:crypto'

const LETTERS = 'abcdefghijklmnopqrstuvwxyz'

/**
 * Values that cannot be guessed and can be had again: each test draws from a stream that depends on
 * the seed and the test's title only, so `--seed` replays it and the order of tests does not matter.
 */
export class Random {
  readonly #stream: Cipher

  constructor(seed: number, title: string) {
    const key = createHash('sha256').update(`${seed}\n${title}`).digest()
    this.#stream = createCipheriv('aes-256-ctr', key, Buffer.alloc(16))
  }

  /** `length` bytes, every value equally likely. */
  bytes(length: number): Buffer {
    return this.#stream.update(Buffer.alloc(length))
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
    return Array.from(this.bytes(length), (byte) => LETTERS[byte % LETTERS.length]).join('')
  }

  /** Words with spaces in between, `length` characters in all, no line ending. */
  line(length = 24): string {
    const letters = [...this.letters(length)]
    return letters.map((letter, i) => (i % 7 === 6 && i < length - 1 ? ' ' : letter)).join('')
  }

  /** Lines of words, `length` characters in all, the last one a newline. */
  text(length: number): string {
    const letters = [...this.letters(length)]
    return letters
      .map((letter, i) => (i === length - 1 || i % 61 === 60 ? '\n' : i % 7 === 6 ? ' ' : letter))
      .join('')
  }
}
