// "Read exactly n bytes" as a function that can be awaited: the protocol then reads like its
// description. In paused mode socket.read(n) gives n bytes or null, and Node keeps the rest.

import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'

const MAX_LENGTH = 1024 * 1024

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

createServer(async (socket) => {
  try {
    await serve(socket)
  } catch (error) {
    if (!(error instanceof Malformed)) return // the client has ended, or reset the connection
    socket.end(frame(1, Buffer.from(error.message)))
    socket.removeAllListeners('readable').resume() // what still comes is read and dropped
  }
}).listen(port, host)

class Malformed extends Error {}

async function serve(socket: Socket): Promise<void> {
  const exactly = readerOf(socket)
  for (;;) {
    const length = (await exactly(4)).readUInt32BE()
    if (length === 0) throw new Malformed('empty frame')
    if (length > MAX_LENGTH) throw new Malformed('frame too long')

    const answer = frame(0, int64(evaluate(await exactly(length))))
    if (!socket.write(answer)) await once(socket, 'drain')
  }
}

/** A function that resolves with the next `n` bytes. Where the stream ends before, it throws. */
function readerOf(socket: Socket): (n: number) => Promise<Buffer> {
  let wake = () => {}
  socket.on('readable', () => wake()) // there is more than before, or the end
  socket.on('close', () => wake())
  socket.on('error', () => {}) // a reset: 'close' follows

  return async (n) => {
    while (!socket.destroyed) {
      const bytes: Buffer | null = socket.read(n)
      if (bytes?.length === n) return bytes
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
    throw new Error('the stream is over')
  }
}

function evaluate(body: Buffer): bigint {
  if ((body.length - 1) % 8 !== 0) throw new Malformed('bad length')
  const operands = Array.from({ length: (body.length - 1) / 8 }, (_, i) => body.readBigInt64BE(1 + 8 * i))
  const result = combine(body.readUInt8(), operands)
  if (BigInt.asIntN(64, result) !== result) throw new Malformed('sum too large')
  return result
}

function combine(op: number, operands: bigint[]): bigint {
  if (op < 1 || op > 3) throw new Malformed('unknown op')
  if (operands.length === 0) throw new Malformed('no operands')
  if (op === 1) return operands.reduce((a, b) => a + b)
  if (op === 2) return operands.reduce((a, b) => (b < a ? b : a))
  return operands.reduce((a, b) => (b > a ? b : a))
}

function int64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(value)
  return bytes
}

function frame(status: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(4)
  header.writeUInt32BE(1 + payload.length)
  return Buffer.concat([header, Buffer.of(status), payload])
}
