/**
 * How much is kept of each of the program's two output streams: half from the start, half from the
 * end.
 */
const OUTPUT_BYTES = 15_000

/** The first and the last bytes of a stream, whatever its length. */
export class KeptOutput {
  #head = Buffer.alloc(0)
  #tail: Buffer[] = []
  #tailLength = 0
  #length = 0

  add(bytes: Buffer): void {
    this.#length += bytes.length
    const room = OUTPUT_BYTES / 2 - this.#head.length
    if (room > 0) this.#head = Buffer.concat([this.#head, bytes.subarray(0, room)])
    const rest = bytes.subarray(Math.max(0, room)).subarray(-OUTPUT_BYTES / 2)
    if (rest.length === 0) return
    this.#tail.push(rest)
    this.#tailLength += rest.length
    while (this.#tailLength - (this.#tail[0]?.length ?? 0) >= OUTPUT_BYTES / 2) {
      this.#tailLength -= this.#tail.shift()?.length ?? 0
    }
  }

  toString(): string {
    const tail = Buffer.concat(this.#tail).subarray(-OUTPUT_BYTES / 2)
    const left = this.#length - this.#head.length - tail.length
    const gap = left > 0 ? `\n… ${left} bytes left out …\n` : ''
    return this.#head.toString() + gap + tail.toString()
  }
}
