/** What PostgreSQL would say of a statement. */
export class SqlError extends Error {
  /** The SQLSTATE: five characters that programs go by. */
  readonly code: string
  /** Where in the query's text, in characters, from 1; undefined where that cannot be said. */
  position: number | undefined
  readonly #byte: number

  /** `byte`: where in the text, as the parser counts, in bytes of UTF-8 from 0. */
  constructor(code: string, message: string, byte = -1) {
    super(message)
    this.name = 'SqlError'
    this.code = code
    this.#byte = byte
  }

  /** The same, with the position in this text. */
  within(text: string): this {
    if (this.#byte >= 0) this.position = [...Buffer.from(text).toString('utf8', 0, this.#byte)].length + 1
    return this
  }
}
