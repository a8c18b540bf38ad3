// Forgets half a frame when nothing has come for a second, as protocols of serial lines do: there a pause is the end.
//
// needs: /proc
// fails: takes no pause for the end of a frame
// says: empty frame

import { createServer, type Socket } from 'node:net'

const HEADER_BYTES = 4
const OPERAND_BYTES = 8
const MAX_LENGTH = 1024 * 1024

const OPERATIONS = new Map<number, (a: bigint, b: bigint) => bigint>([
  [1, (a, b) => a + b],
  [2, (a, b) => (a < b ? a : b)],
  [3, (a, b) => (a > b ? a : b)],
])

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

createServer(serve).listen(port, host)

function serve(socket: Socket): void {
  let chunks: Buffer[] = []
  let held = 0
  let needed = HEADER_BYTES
  let pause: NodeJS.Timeout | undefined

  socket.on('data', read)
  socket.on('error', () => {})

  function read(chunk: Buffer): void {
    clearTimeout(pause)
    pause = setTimeout(forget, 1000)
    chunks.push(chunk)
    held += chunk.length
    if (held < needed) return

    socket.cork()
    try {
      answerFrames(Buffer.concat(chunks))
    } catch (error) {
      if (!(error instanceof Malformed)) throw error
      refuse(error.message)
    }
    socket.uncork()
  }

  function forget(): void {
    chunks = []
    held = 0
    needed = HEADER_BYTES
  }

  function answerFrames(bytes: Buffer): void {
    needed = frameSize(bytes)
    while (bytes.length >= needed) {
      const result = evaluate(bytes.subarray(HEADER_BYTES, needed))
      socket.write(frame(0, int64(result)))
      bytes = bytes.subarray(needed)
      needed = frameSize(bytes)
    }
    chunks = [bytes]
    held = bytes.length
  }

  function refuse(message: string): void {
    socket.off('data', read)
    socket.resume()
    socket.end(frame(1, Buffer.from(message)))
  }
}

class Malformed extends Error {}

/** How many bytes make the first frame whole, header included. Judges a length before its bytes are waited for. */
function frameSize(bytes: Buffer): number {
  if (bytes.length < HEADER_BYTES) return HEADER_BYTES
  const length = bytes.readUInt32BE()
  if (length === 0) throw new Malformed('empty frame')
  if (length > MAX_LENGTH) throw new Malformed('frame too long')
  return HEADER_BYTES + length
}

function evaluate(body: Buffer): bigint {
  const operate = OPERATIONS.get(body.readUInt8())
  const operands = body.subarray(1)
  if (operands.length % OPERAND_BYTES !== 0) throw new Malformed('bad length')
  if (!operate) throw new Malformed('unknown op')
  if (operands.length === 0) throw new Malformed('no operands')

  let result = operands.readBigInt64BE()
  for (let at = OPERAND_BYTES; at < operands.length; at += OPERAND_BYTES) {
    result = operate(result, operands.readBigInt64BE(at))
  }
  if (result !== BigInt.asIntN(64, result)) throw new Malformed('sum too large')
  return result
}

function int64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(value)
  return bytes
}

function frame(status: number, payload: Buffer): Buffer {
  const start = Buffer.alloc(HEADER_BYTES + 1)
  start.writeUInt32BE(1 + payload.length)
  start.writeUInt8(status, HEADER_BYTES)
  return Buffer.concat([start, payload])
}
