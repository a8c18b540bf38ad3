// An async generator of frames, and a loop that answers them. A Uint8Array and a DataView do
// without Buffer: the same code would read frames in a browser.

import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'

const MAX_LENGTH = 1024 * 1024

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

createServer({ allowHalfOpen: true }, async (socket) => {
  try {
    for await (const body of framesOf(socket)) {
      const answer = typeof body === 'string' ? body : evaluate(body)
      if (!socket.write(toFrame(answer))) await once(socket, 'drain')
      if (typeof answer === 'string') break
    }
    socket.end()
    socket.resume() // what a refused client still sends is read and dropped, up to its FIN
  } catch {
    socket.destroy() // the client has reset the connection
  }
}).listen(port, host)

/** The bodies of the frames; last, in place of a frame that cannot be, what is wrong with it. */
async function* framesOf(socket: Socket): AsyncGenerator<DataView | string> {
  let bytes = new Uint8Array(0)
  // A loop that is left early would otherwise destroy the socket, and the error frame with it.
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    bytes = joined(bytes, chunk)
    while (bytes.length >= 4) {
      const length = viewOf(bytes).getUint32(0)
      if (length === 0) return yield 'empty frame'
      if (length > MAX_LENGTH) return yield 'frame too long'
      if (bytes.length < 4 + length) break
      yield viewOf(bytes.subarray(4, 4 + length))
      bytes = bytes.subarray(4 + length)
    }
  }
}

/** The result, or what is wrong. */
function evaluate(body: DataView): bigint | string {
  const count = (body.byteLength - 1) / 8
  if (!Number.isInteger(count)) return 'bad length'
  const operands = Array.from({ length: count }, (_, i) => body.getBigInt64(1 + 8 * i))
  const operate = [sum, least, most][body.getUint8(0) - 1]
  if (!operate) return 'unknown op'
  if (count === 0) return 'no operands'
  const result = operands.reduce(operate)
  return BigInt.asIntN(64, result) === result ? result : 'sum too large'
}

const sum = (a: bigint, b: bigint) => a + b
const least = (a: bigint, b: bigint) => (a < b ? a : b)
const most = (a: bigint, b: bigint) => (a > b ? a : b)

function toFrame(answer: bigint | string): Uint8Array {
  const text = new TextEncoder().encode(typeof answer === 'string' ? answer : '')
  const payloadBytes = typeof answer === 'string' ? text.length : 8
  const bytes = new Uint8Array(4 + 1 + payloadBytes)
  viewOf(bytes).setUint32(0, 1 + payloadBytes)
  viewOf(bytes).setUint8(4, typeof answer === 'string' ? 1 : 0)
  if (typeof answer === 'bigint') viewOf(bytes).setBigInt64(5, answer)
  else bytes.set(text, 5)
  return bytes
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength)
}
