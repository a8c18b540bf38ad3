// Forgets a frame that it refuses, but then goes on joining what follows to it: it checks "refused"
// one line too late.
//
// fails: keeps nothing of a body that it has refused
// says: take twice the time for twice the work
import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)
const LIMIT = 1_048_576
const MAX = 2n ** 63n - 1n
const MIN = -(2n ** 63n)

const server = createServer((socket) => {
  let rest = Buffer.alloc(0)
  let refused = false

  function refuse(message: string) {
    refused = true
    rest = Buffer.alloc(0)
    socket.end(errorFrame(message))
  }

  socket.on('data', (chunk) => {
    rest = Buffer.concat([rest, chunk])
    if (refused) return
    while (rest.length >= 4) {
      const n = rest.readUInt32BE(0)
      if (n === 0) return refuse('empty frame')
      if (n > LIMIT) return refuse('frame too long')
      if ((n - 1) % 8 !== 0) return refuse('bad length')
      if (rest.length < 4 + n) return
      const body = rest.subarray(4, 4 + n)
      rest = rest.subarray(4 + n)
      const result = calculate(body)
      if (typeof result === 'string') return refuse(result)
      socket.write(goodFrame(result))
    }
  })
  socket.on('end', () => socket.end())
  socket.on('error', () => {})
})

server.listen(port, host)

function calculate(body: Buffer): bigint | string {
  const op = body[0]
  if (op !== 1 && op !== 2 && op !== 3) return 'unknown op'
  const numbers: bigint[] = []
  for (let i = 1; i < body.length; i += 8) numbers.push(body.readBigInt64BE(i))
  if (numbers.length === 0) return 'no operands'
  if (op === 1) {
    const sum = numbers.reduce((a, b) => a + b, 0n)
    if (sum > MAX || sum < MIN) return 'sum too large'
    return sum
  }
  if (op === 2) return numbers.reduce((a, b) => (b < a ? b : a))
  return numbers.reduce((a, b) => (b > a ? b : a))
}

function goodFrame(result: bigint) {
  const frame = Buffer.alloc(13)
  frame.writeUInt32BE(9, 0)
  frame[4] = 0
  frame.writeBigInt64BE(result, 5)
  return frame
}

function errorFrame(message: string) {
  const text = Buffer.from(message)
  const frame = Buffer.alloc(5 + text.length)
  frame.writeUInt32BE(1 + text.length, 0)
  frame[4] = 1
  text.copy(frame, 5)
  return frame
}
