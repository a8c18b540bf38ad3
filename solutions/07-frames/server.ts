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
  let chunks: Buffer[] = [] // what has come of the next frame
  let held = 0 // bytes in them
  let needed = HEADER_BYTES // bytes without which there is nothing to do

  socket.on('data', read)
  socket.on('error', () => {}) // a reset: this client is gone, the others are not

  function read(chunk: Buffer): void {
    chunks.push(chunk)
    held += chunk.length
    if (held < needed) return // joined twice a frame, not once a chunk: 1 MiB may come in 700 chunks

    socket.cork() // all answers to a chunk in one system call, not in one each
    try {
      answerFrames(Buffer.concat(chunks))
    } catch (error) {
      if (!(error instanceof Malformed)) throw error
      refuse(error.message)
    }
    socket.uncork()
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

  // After a frame that makes no sense nobody knows where the next one begins.
  function refuse(message: string): void {
    socket.off('data', read)
    socket.resume() // go on reading, into nothing: a close with unread bytes sends RST, not FIN
    socket.end(frame(1, Buffer.from(message)))
  }
}

class Malformed extends Error {}

/** How many bytes make up the first frame and its header. Checks the length before they come. */
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
