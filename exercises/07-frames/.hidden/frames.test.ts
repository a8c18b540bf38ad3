import { allow, everyWay, meanwhile, random, startServer } from '#harness'

const SUM = 1
const MIN = 2
const MAX = 3
const MIB = 1024 * 1024
const MAX_LENGTH = 1_048_576
const FRAMES = 400_000

test('adds', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const [a, b, c] = [operand(), operand(), operand()]

  await alice.send(request(SUM, [a, b]))
  await alice.expect(ok(a + b))
  await alice.send(request(SUM, [a, b, c]))
  await alice.expect(ok(a + b + c))
})

test('finds the smallest and the largest', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const [small, middle, large] = [operand(2, 9), operand(10, 19), operand(100, 199)]

  await alice.send(request(MIN, [middle, small, large]))
  await alice.expect(ok(small))
  await alice.send(request(MAX, [middle, large, small]))
  await alice.expect(ok(large))
})

test('takes negative operands', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const [a, b] = [operand(1, 500), operand(501, 1000)]

  await alice.send(request(SUM, [a, -b]))
  await alice.expect(ok(a - b))
  await alice.send(request(MIN, [a, -b]))
  await alice.expect(ok(-b))
  await alice.send(request(MAX, [-b, -a]))
  await alice.expect(ok(-a))
})

test('is exact beyond 2^53', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const big = 2n ** 60n + 256n * operand()

  await alice.send(request(SUM, [big, 1n]))
  await alice.expect(ok(big + 1n))
  await alice.send(request(MAX, [big, big + 1n, big]))
  await alice.expect(ok(big + 1n))
  await alice.send(request(MIN, [-big, -big - 1n, -big]))
  await alice.expect(ok(-big - 1n))
})

test('answers a frame that comes in single bytes', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const [a, b] = [operand(), operand()]

  await alice.sendInPieces(request(SUM, [a, b]))

  await alice.expect(ok(a + b))
})

test('answers many frames that come in one segment', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const [a, b, c] = [operand(), operand(), operand()]

  await alice.send(Buffer.concat([request(SUM, [a]), request(SUM, [b, c]), request(MAX, [c])]))

  await alice.expect(Buffer.concat([ok(a), ok(b + c), ok(c)]))
})

test('answers a frame and a half, and the other half later', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const [a, b, c] = [operand(), operand(), operand()]
  const second = request(SUM, [b, c])

  await alice.send(Buffer.concat([request(SUM, [a, b]), second.subarray(0, 13)]))
  await alice.expect(ok(a + b))
  await alice.send(second.subarray(13))
  await alice.expect(ok(b + c))
})

test('keeps the half frames of two clients apart', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')
  const [a, b] = [operand(), operand()]
  const [first, second] = [request(SUM, [a]), request(MAX, [b, -a])] // of different lengths

  await alice.send(Buffer.concat([first, first.subarray(0, 7)]))
  await alice.expect(ok(a))
  await bob.send(Buffer.concat([second, second.subarray(0, 7)]))
  await bob.expect(ok(b))
  await alice.send(first.subarray(7))
  await alice.expect(ok(a))
  await bob.send(second.subarray(7))
  await bob.expect(ok(b))
})

test(
  'does not take a pause for the end of a frame',
  meanwhile(async () => {
    const server = await startServer()
    const alice = await server.connect('alice')
    const [a, b] = [operand(), operand()]
    const second = request(MAX, [a, b])

    await alice.send(Buffer.concat([request(SUM, [a, b]), second.subarray(0, 13)]))
    await alice.expect(ok(a + b))
    // However long she takes for the rest: who does something by the clock has done it now.
    await server.untilNoTimer()
    await alice.send(second.subarray(13))

    await alice.expect(ok(a > b ? a : b))
  }),
)

test('ends when the client ends, also in the middle of a frame', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')
  const [a, b] = [operand(), operand()]

  await alice.send(request(SUM, [a, b]))
  await alice.expect(ok(a + b))
  await alice.end()
  await alice.expectEnd()

  await bob.send(request(SUM, [a, b]).subarray(0, 15))
  await bob.end()
  await bob.expectEnd()
})

test('answers the same however the bytes are cut', async () => {
  const server = await startServer()
  const [a, b, c] = [operand(), operand(), operand()]

  await everyWay(server, [
    { send: request(SUM, [a, b]), expect: ok(a + b) },
    { send: request(MAX, [c]), expect: ok(c) },
    { send: request(MIN, [-a, b]), expect: ok(-a) },
  ])
})

test('refuses a frame of length 0, then ends', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const a = operand()

  await alice.send(Buffer.concat([request(SUM, [a]), frame([])]))

  await alice.expect(Buffer.concat([ok(a), error('empty frame')]))
  await alice.expectEnd()
})

test('refuses a frame that ends within an operand', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const a = operand()

  await alice.send(Buffer.concat([request(SUM, [a]), frame([SUM, ...random.bytes(12)])]))

  await alice.expect(Buffer.concat([ok(a), error('bad length')]))
  await alice.expectEnd()
})

test('refuses an op that it does not know', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const a = operand()

  await alice.send(Buffer.concat([request(SUM, [a]), request(random.int(4, 255), [a]), request(SUM, [a])]))
  await alice.expect(Buffer.concat([ok(a), error('unknown op')]))
  await alice.expectEnd()

  const bob = await server.connect('bob')
  await bob.send(request(0, [a]))
  await bob.expect(error('unknown op'))
  await bob.expectEnd()
})

test('refuses a frame without operands', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const a = operand()

  await alice.send(Buffer.concat([request(SUM, [a]), request(random.pick([SUM, MIN, MAX]), [])]))

  await alice.expect(Buffer.concat([ok(a), error('no operands')]))
  await alice.expectEnd()
})

test('refuses a sum that does not fit into 64 bits', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')
  const [a, largest] = [operand(), 2n ** 63n - 1n]

  await alice.send(request(SUM, [largest - a, a]))
  await alice.expect(ok(largest))
  await alice.send(request(SUM, [largest, a, -a]))
  await alice.expect(ok(largest))
  await alice.send(request(SUM, [largest - a, a + 1n]))
  await alice.expect(error('sum too large'))
  await alice.expectEnd()

  await bob.send(request(SUM, [-largest, -1n]))
  await bob.expect(ok(-largest - 1n))
  await bob.send(request(SUM, [-largest, -1n - a]))
  await bob.expect(error('sum too large'))
  await bob.expectEnd()
})

test('says the first of two things that are wrong', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')
  const op = random.int(4, 255)

  await alice.send(frame([op, ...random.bytes(7)]))
  await alice.expect(error('bad length'))
  await alice.expectEnd()

  await bob.send(frame([op]))
  await bob.expect(error('unknown op'))
  await bob.expectEnd()
})

test('refuses a length over the limit from the header alone', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')

  await alice.send(header(MAX_LENGTH + 1))
  await bob.send(header(0xff_00_00_09)) // negative to those who read an int32, and 9 with its first byte left out

  await alice.expect(error('frame too long'))
  await alice.expectEnd()
  await bob.expect(error('frame too long'))
  await bob.expectEnd()
})

test('ends with FIN, not RST, although the refused body comes', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const body = random.bytes(8 * MAX_LENGTH)

  // More than is read in one go: the server has refused the frame long before its end.
  const sent = alice.send(Buffer.concat([header(body.length), body]))

  await alice.expect(error('frame too long'))
  await sent
  await alice.expectEnd({ clean: true })
})

test('serves the others when a client that it has refused ends', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const a = operand()

  await alice.send(header(0))
  await alice.expect(error('empty frame'))
  await alice.expectEnd()
  await alice.end()
  await server.untilIdle()

  const bob = await server.connect('bob')
  await bob.send(request(SUM, [a]))
  await bob.expect(ok(a))
})

test(
  'keeps nothing of a body that it has refused',
  meanwhile(async () => {
    allow(60)
    const server = await startServer()
    const alice = await server.connect('alice')
    const block = Buffer.alloc(4 * MIB, 'and so on ')
    const idle = await server.memory()
    // Chunks that wait for the collector are 30 to 140 MiB, however much is sent. Whoever keeps them has 256.
    server.limitMemory({ within: 208 * MIB, of: idle })

    // Whoever joins each chunk to those before it copies them all again: so slow that memory would take a minute to tell.
    await server.expectLinear(
      async (blocks) => {
        const guest = await server.connect(`guest with ${4 * blocks} MiB`)
        await guest.send(header(blocks * block.length))
        const sent = guest.send(Array.from({ length: blocks }, () => block))
        await guest.expect(error('frame too long'))
        await sent
        await guest.expectEnd({ clean: true })
      },
      { sizes: [1, 6] },
    )

    await alice.send(header(64 * block.length))
    const sent = alice.send(Array.from({ length: 64 }, () => block))
    await alice.expect(error('frame too long'))
    await sent
  }),
)

test('answers frames of 131,071 operands, the most that fit', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const a = operand()
  const bytes = random.bytes(131_071 * 5)
  const operands = Array.from({ length: 131_071 }, (_, i) => BigInt(bytes.readIntBE(5 * i, 5)))
  const large = request(SUM, operands)
  const sum = operands.reduce((one, other) => one + other)

  await alice.send(Buffer.concat([request(SUM, [a]), large, large]))
  await alice.expect(Buffer.concat([ok(a), ok(sum), ok(sum)]))

  await alice.send(frame(Buffer.alloc(MAX_LENGTH, SUM)))
  await alice.expect(error('bad length'))
})

test(
  'waits for a slow reader before it ends',
  meanwhile(async () => {
    allow(20)
    const server = await startServer()
    const alice = await server.connect('alice')
    const a = operand()
    const requests = Buffer.alloc(FRAMES * request(SUM, [a]).length, request(SUM, [a]))
    const answers = Buffer.alloc(FRAMES * ok(a).length, ok(a))

    // More answers than the kernel holds for a client that does not read: the rest waits in the server, or its frames
    // in alice, so she cannot be waited for. Once the server rests, all has come that it wants to have.
    alice.pause()
    const sent = [alice.send(requests), alice.end()]
    await server.untilIdle()
    alice.resume()

    await Promise.all([...sent, alice.expect(answers)])
    await alice.expectEnd()
  }),
)

test('serves the others when a client resets in the middle of a frame', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')
  const [a, b] = [operand(), operand()]

  await alice.send(Buffer.concat([request(SUM, [a]), header(1000)]))
  await alice.expect(ok(a))
  await alice.reset()
  await bob.send(request(SUM, [a, b]))
  await bob.expect(ok(a + b))

  const carol = await server.connect('carol')
  await carol.send(request(SUM, [b]))
  await carol.expect(ok(b))
})

function operand(min = 1, max = 1_000_000_000): bigint {
  return BigInt(random.int(min, max))
}

function request(op: number, operands: bigint[]): Buffer {
  const body = Buffer.alloc(1 + 8 * operands.length)
  body.writeUInt8(op)
  for (const [i, operand] of operands.entries()) body.writeBigInt64BE(operand, 1 + 8 * i)
  return frame(body)
}

function ok(result: bigint): Buffer {
  return frame(Buffer.concat([Buffer.of(0), int64(result)]))
}

function error(message: string): Buffer {
  return frame(Buffer.from(`\x01${message}`))
}

function frame(body: Uint8Array | number[]): Buffer {
  return Buffer.concat([header(body.length), Buffer.from(body)])
}

function header(length: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(length)
  return bytes
}

function int64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(value)
  return bytes
}
