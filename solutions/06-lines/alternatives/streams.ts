// A Transform between the socket and itself: pipeline() carries bytes, ends, errors and
// backpressure, and flush() is the place for the unterminated last line.

import { createServer } from 'node:net'
import { Transform, type TransformCallback } from 'node:stream'
import { pipeline } from 'node:stream/promises'

const MAX_LINE_BYTES = 65_536
const LF = 0x0a
const CR = 0x0d

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

createServer({ allowHalfOpen: true }, async (socket) => {
  try {
    await pipeline(socket, new NumberLines(), socket)
  } catch {
    // The client has reset the connection: pipeline has destroyed the socket already.
  }
}).listen(port, host)

class NumberLines extends Transform {
  #count = 0
  #refused = false
  #line: Buffer[] = []
  #lineBytes = 0

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    let start = 0
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, start)) {
      this.#add(chunk.subarray(start, end))
      this.#answer()
      start = end + 1
    }
    this.#add(chunk.subarray(start))
    done()
  }

  override _flush(done: TransformCallback): void {
    if (this.#lineBytes > 0) this.#answer()
    done()
  }

  /** Adds to the line that is being received. */
  #add(bytes: Buffer): void {
    this.#line.push(bytes)
    this.#lineBytes += bytes.length
    if (this.#lineBytes > MAX_LINE_BYTES) this.#refuse()
  }

  #answer(): void {
    if (this.#refused) return
    const line = Buffer.concat(this.#line)
    this.#line = []
    this.#lineBytes = 0
    this.#count += 1
    this.push(`${this.#count} `)
    this.push(Buffer.concat([line.at(-1) === CR ? line.subarray(0, -1) : line, Buffer.of(LF)]))
  }

  #refuse(): void {
    if (!this.#refused) {
      this.push('error line too long\n')
      this.push(null)
    }
    this.#refused = true
    this.#line = []
    this.#lineBytes = 0
  }
}
