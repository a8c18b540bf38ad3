/** An error as PostgreSQL would report it. */
export class SqlError extends Error {
  /** The SQLSTATE: five characters, by which programs tell errors apart. */
  readonly code: string
  /** The position in the query's text, in characters, from 1; undefined if there is none. */
  position: number | undefined
  readonly #byte: number

  /** `byte` is a position as the parser counts: in bytes of UTF-8, from 0. */
  constructor(code: string, message: string, byte = -1) {
    super(message)
    this.name = 'SqlError'
    this.code = code
    this.#byte = byte
  }

  /** The same error, with its position in this text. */
  within(text: string): this {
    if (this.#byte >= 0) this.position = [...Buffer.from(text).toString('utf8', 0, this.#byte)].length + 1
    return this
  }
}
