/** How the other side's stream ended: FIN, RST, or an error of the connection's with its code. */
export type Ending = { kind: 'fin' } | { kind: 'reset'; code: string }

/** Bytes that have arrived and have not been looked at yet, in order, and how the stream ended. */
export class Inbox {
  #chunks: Buffer[] = []
  #length = 0
  #taken = 0
  #ending: Ending | undefined
  #reset = false
  #doubt: (() => boolean) | undefined
  #waiting: (() => void)[] = []

  get length(): number {
    return this.#length
  }

  /** How many bytes of the stream have been taken: the position of the first byte still in here. */
  get taken(): number {
    return this.#taken
  }

  /** True once a RST has come, even after a FIN. */
  get wasReset(): boolean {
    return this.#reset || (this.#doubt?.() ?? false)
  }

  /** Set once the end has come; bytes from before it may still be here. */
  get ending(): Ending | undefined {
    return this.#ending
  }

  add(bytes: Buffer): void {
    if (bytes.length === 0) return
    this.#chunks.push(bytes)
    this.#length += bytes.length
    this.#wake()
  }

  /** `doubt` finds out whether a FIN was in truth a RST; it is called only when that matters. */
  end(ending: Ending, doubt?: () => boolean): void {
    this.#doubt = doubt
    // A reset after a FIN matters only to those who wait for it: the stream had ended before.
    this.#ending ??= ending
    if (ending.kind === 'reset') this.#reset = true
    this.#wake()
  }

  /** Resolves at the next arrival or end. */
  change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** Takes up to `most` bytes off the front, without copying. */
  take(most: number): Buffer {
    const first = this.#chunks[0]
    if (!first || most <= 0) return Buffer.alloc(0)
    const taken = first.subarray(0, most)
    if (taken.length === first.length) this.#chunks.shift()
    else this.#chunks[0] = first.subarray(taken.length)
    this.#length -= taken.length
    this.#taken += taken.length
    return taken
  }

  /** Takes everything up to and including the first `byte`, or nothing if it has not come yet. */
  takeThrough(byte: number): Buffer | undefined {
    const parts: Buffer[] = []
    for (const [i, chunk] of this.#chunks.entries()) {
      const at = chunk.indexOf(byte)
      parts.push(at < 0 ? chunk : chunk.subarray(0, at + 1))
      if (at < 0) continue
      this.#chunks.splice(0, i)
      this.#chunks[0] = chunk.subarray(at + 1)
      if (this.#chunks[0].length === 0) this.#chunks.shift()
      const line = Buffer.concat(parts)
      this.#length -= line.length
      this.#taken += line.length
      return line
    }
    return undefined
  }

  /** The first `most` bytes, left where they are. */
  peek(most: number): Buffer {
    const parts: Buffer[] = []
    let length = 0
    for (const chunk of this.#chunks) {
      if (length >= most) break
      parts.push(chunk)
      length += chunk.length
    }
    return Buffer.concat(parts).subarray(0, most)
  }

  /** Puts bytes back in front, so that a failure shows them. */
  putBack(bytes: Buffer): void {
    if (bytes.length === 0) return
    this.#chunks.unshift(bytes)
    this.#length += bytes.length
    this.#taken -= bytes.length
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake()
  }
}
