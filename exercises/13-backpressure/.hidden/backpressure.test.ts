import { createHash } from 'node:crypto'
import { allow, everyWay, meanwhile, oneAfterAnother, random, startServer } from '#harness'

const MIB = 1024 * 1024
/** The largest N there is: nobody can hold as much, or send it today. */
const ENDLESS = Number.MAX_SAFE_INTEGER
/** 251 KiB of the pattern: what follows it begins at byte 0 again. */
const BLOCK = Buffer.from(Array.from({ length: 251 * 1024 }, (_, i) => i % 251))
/** What a reader that stands still may cost, and all of them together: some blocks each. */
const STALLED = 96 * MIB
/** Chunks that wait for the collector while bytes flow are 30 to 140 MiB, however much it is. */
const FLOWING = 208 * MIB

test('sends as many bytes of the pattern as were asked for', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')

  await alice.send('gen 10\n')

  await alice.expect(Buffer.from([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]))
})

test('goes back to 0 after byte 250 of the pattern', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const count = random.int(600, 1200)

  await alice.send(`gen ${count}\n`)

  await alice.expect(pattern(count))
})

test('keeps to the pattern for 1 MiB', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')

  await alice.send(`gen ${MIB}\n`)

  await alice.expect(pattern(MIB))
})

test('takes the bytes of a sink, and answers with their SHA-256', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const text = `${random.text(40)} żółw`

  await alice.send(`sink ${Buffer.byteLength(text)}\n${text}`)

  await alice.expect(sunk(text))
})

test('hashes every byte value as it is', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i))

  await alice.send('sink 256\n')
  await alice.send(bytes)

  await alice.expect(sunk(bytes))
})

test('answers a sink when its last byte has come, and not before', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')
  const bytes = random.bytes(random.int(50, 90))

  await alice.send(`sink ${bytes.length}\n`)
  await alice.sendInPieces(bytes.subarray(0, -1), [1, 1, 30])
  await bob.send('gen 1\n')
  await bob.expect(pattern(1))

  await alice.expectNothing()
  await alice.send(bytes.subarray(-1))
  await alice.expect(sunk(bytes))
})

test('answers several commands on one connection, in their order', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const text = random.word()

  await alice.send(`gen 300\nsink ${text.length}\n${text}gen ${MIB}\n`)
  await alice.expect(pattern(300))
  await alice.expect(sunk(text))
  await alice.expect(pattern(MIB))
  await alice.send('gen 7\n')

  await alice.expect(pattern(7))
})

test('treats the bytes of a sink as bytes, even if they look like a command', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const text = 'gen 5\nsink 3\n'

  await alice.send(`sink ${text.length}\n${text}`)

  await alice.expect(sunk(text))
})

test('sends nothing for gen 0, and answers sink 0 at once', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')

  await alice.send('gen 0\n')
  await alice.send('sink 0\n')
  await alice.expect(sunk(''))
  await alice.send('gen 2\n')

  await alice.expect(pattern(2))
})

test('keeps two clients apart', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')

  await alice.sendInPieces('sink 10\nhello', [8, 1])
  await bob.sendInPieces('sink 6\nhow ', [7, 1])
  await alice.send('world')
  await bob.send('do')

  await alice.expect(sunk('helloworld'))
  await bob.expect(sunk('how do'))
})

test('answers the same however the bytes are cut', async () => {
  const server = await startServer()
  const text = random.word()

  await everyWay(server, [
    { send: `sink ${text.length}\n${text}`, expect: sunk(text) },
    { send: 'gen 12\n', expect: Buffer.concat([...pattern(12)]) },
  ])
})

test('sends all that was asked for to a client that has ended its side, then ends too', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')

  // Her end comes while the server waits for room: in the middle of the first answer.
  alice.pause()
  await alice.send(`gen ${32 * MIB}\ngen 5\n`)
  await server.untilIdle()
  await alice.end()
  await server.untilIdle()
  alice.resume()

  await alice.expect(pattern(32 * MIB))
  await alice.expect(pattern(5))
  await alice.expectEnd()
})

test('ends without another answer when the client ends in the middle of a sink', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')

  await alice.send('gen 3\nsink 10\nhello')
  await alice.end()

  await alice.expect(pattern(3))
  await alice.expectEnd()
})

test('ends without another answer when the client ends in the middle of a command', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')

  await alice.send('gen 3\ngen 10')
  await alice.end()

  await alice.expect(pattern(3))
  await alice.expectEnd()
})

test('refuses a command that it does not know, then ends', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')

  await alice.send('gen 3\npour 10\ngen 4\n')
  await bob.send('\n')

  await alice.expect(pattern(3))
  await alice.expect('error bad command\n')
  await alice.expectEnd()
  await bob.expect('error bad command\n')
  await bob.expectEnd()
})

test('refuses a count that is not all digits', async () => {
  const server = await startServer()

  await Promise.all(
    ['gen', 'gen ', 'gen -1', 'gen 1.5', 'gen 0x10', 'gen 1e3', 'sink 5 5', 'gen  5', ' gen 5'].map(
      async (command) => {
        const guest = await server.connect(`guest with "${command}"`)
        await guest.send(`${command}\n`)
        await guest.expect('error bad command\n')
        await guest.expectEnd()
      },
    ),
  )
})

test('refuses a count over 9,007,199,254,740,991', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')

  await alice.send('sink 9007199254740992\n')
  await bob.send('gen 10000000000000000000\n')

  await alice.expect('error bad command\n')
  await alice.expectEnd()
  await bob.expect('error bad command\n')
  await bob.expectEnd()
})

test('refuses a command of more than 64 bytes without waiting for its end', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')

  await alice.send(`gen ${'0'.repeat(61)}`)
  await bob.send(`gen ${'0'.repeat(60)}`)
  await bob.end()

  await alice.expect('error bad command\n')
  await alice.expectEnd()
  await bob.expectEnd()
})

test('ends with FIN, not RST, although more comes after what it has refused', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')

  const sent = alice.send(Buffer.concat([Buffer.from('pour\n'), Buffer.alloc(32 * MIB, 'and so on\n')]))
  await alice.expect('error bad command\n')
  await sent
  await alice.expectEnd({ clean: true })
})

test('rests while a reader stands still', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  server.limitMemory({ within: STALLED, of: await server.memory() })

  alice.pause()
  await alice.send(`gen ${1024 * MIB}\n`)

  await server.expectRest('while alice does not read')
  alice.resume()
  await alice.expect(pattern(MIB))
  await alice.reset()
})

test('serves the others while a reader stands still, and holds next to nothing for it', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')
  server.limitMemory({ within: STALLED, of: await server.memory() })

  alice.pause()
  await alice.send(`gen ${ENDLESS}\n`)
  await bob.send(`gen ${MIB}\nsink 5\nhello`)

  await bob.expect(pattern(MIB))
  await bob.expect(sunk('hello'))
  await server.untilIdle()
  await alice.reset()
})

test('sends more than 32 bits can count', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')
  server.limitMemory({ within: FLOWING, of: await server.memory() })

  await alice.send(`gen ${2 ** 31 + 5}\n`)
  await bob.send(`gen ${2 ** 32 + 5}\n`)

  await alice.expect(pattern(MIB))
  await bob.expect(pattern(MIB))
  await alice.reset()
  await bob.reset()
})

test(
  'sends a reader that has stopped all of 128 MiB, to the last byte',
  meanwhile(async () => {
    allow(60)
    const server = await startServer()
    const alice = await server.connect('alice')
    const bob = await server.connect('bob')
    server.limitMemory({ within: FLOWING, of: await server.memory() })

    await alice.send(`gen ${128 * MIB}\nsink 0\n`)
    alice.pause()
    await bob.send(`gen ${4 * MIB}\n`)
    await bob.expect(pattern(4 * MIB))
    alice.resume()

    await alice.expect(pattern(128 * MIB))
    await alice.expect(sunk(''))
  }),
)

test(
  'goes on when the reader does, each time it has stopped',
  meanwhile(async () => {
    allow(60)
    const server = await startServer()
    const alice = await server.connect('alice')
    const bob = await server.connect('bob')
    server.limitMemory({ within: FLOWING, of: await server.memory() })

    await alice.send(`gen ${ENDLESS}\n`)
    await oneAfterAnother(4, async () => {
      alice.pause()
      await bob.send(`gen ${4 * MIB}\n`)
      await bob.expect(pattern(4 * MIB))
      alice.resume()
      await alice.expect(pattern(300 * BLOCK.length))
    })

    await alice.reset()
  }),
)

test('serves many slow readers at once', async () => {
  const server = await startServer()
  const bob = await server.connect('bob')
  const names = Array.from({ length: 40 }, (_, i) => `reader ${i + 1}`)
  const readers = await Promise.all(names.map((name) => server.connect(name)))
  server.limitMemory({ within: STALLED, of: await server.memory() })

  for (const reader of readers) reader.pause()
  await Promise.all(readers.map((reader) => reader.send(`gen ${6 * MIB}\nsink 0\n`)))
  await bob.send(`gen ${MIB}\n`)
  await bob.expect(pattern(MIB))

  for (const reader of readers) reader.resume()
  await Promise.all(readers.map((reader) => reader.expect(pattern(6 * MIB))))
  await Promise.all(readers.map((reader) => reader.expect(sunk(''))))
})

test('reads no further commands from a client that does not read its answers', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')
  const block = Buffer.from('gen 1000000\n'.repeat(100_000))
  server.limitMemory({ within: STALLED, of: await server.memory() })

  await alice.send('gen 3\n')
  await alice.expect(pattern(3))
  alice.pause()
  const sent = alice.send(Array.from({ length: 200 }, () => block))
  await bob.send(`gen ${4 * MIB}\n`)
  await bob.expect(pattern(4 * MIB))
  // Longer than untilIdle() looks: one that reads on may sleep for a moment, until a busy machine lets us send it more.
  await server.expectRest('while alice reads no answers')

  await alice.reset()
  await sent
})

test(
  'sinks 256 MiB without holding them',
  meanwhile(async () => {
    allow(60)
    const server = await startServer()
    const alice = await server.connect('alice')
    const block = random.bytes(4 * MIB)
    const hash = createHash('sha256')
    server.limitMemory({ within: FLOWING, of: await server.memory() })

    // Whoever joins each chunk to those before it copies them all again: so slow that memory would take a minute to tell.
    await server.expectLinear(
      async (blocks) => {
        const guest = await server.connect(`guest with ${4 * blocks} MiB`)
        const hash = createHash('sha256')
        await guest.send(`sink ${blocks * block.length}\n`)
        await guest.send(hashed(blocks, block, hash))
        await guest.expect(`sunk ${hash.digest('hex')}\n`)
      },
      { sizes: [1, 6] },
    )

    await alice.send(`sink ${256 * MIB}\n`)
    await alice.send(hashed(64, block, hash))

    await alice.expect(`sunk ${hash.digest('hex')}\n`)
  }),
)

test('survives clients that reset', async () => {
  const server = await startServer()
  const idle = await server.sockets()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')
  const carol = await server.connect('carol')

  await alice.sendInPieces('sink 100\nhello', [9, 1])
  await alice.reset()
  await bob.send(`gen ${ENDLESS}\n`)
  await bob.expect(pattern(MIB))
  await bob.reset()
  await carol.send('sink 5\nhello')
  await carol.expect(sunk('hello'))
  await carol.end()

  await carol.expectEnd()
  await server.expectSockets(idle)
})

test('releases everything when downloads are abandoned', async () => {
  const server = await startServer()
  const idle = await server.sockets()
  const bob = await server.connect('bob')
  server.limitMemory({ within: STALLED, of: await server.memory() })
  const names = Array.from({ length: 100 }, (_, i) => `guest ${i + 1}`)

  const guests = await Promise.all(names.map((name) => server.connect(name)))
  for (const guest of guests) guest.pause()
  await Promise.all(guests.map((guest) => guest.send(`gen ${ENDLESS}\n`)))
  await bob.send(`gen ${4 * MIB}\n`)
  await bob.expect(pattern(4 * MIB))
  await Promise.all(guests.map((guest) => guest.reset()))
  await bob.reset()

  await server.expectSockets(idle)
  await server.expectRest('now that all have left')
})

/** So many bytes of the pattern, in parts. */
function* pattern(count: number): Iterable<Uint8Array> {
  for (let left = count; left > 0; left -= BLOCK.length) yield BLOCK.subarray(0, left)
}

/** The same block again and again, hashed as it goes. */
function* hashed(
  times: number,
  block: Buffer,
  hash: { update(bytes: Buffer): unknown },
): Iterable<Uint8Array> {
  for (let i = 0; i < times; i += 1) {
    hash.update(block)
    yield block
  }
}

function sunk(bytes: string | Buffer): string {
  return `sunk ${createHash('sha256').update(bytes).digest('hex')}\n`
}
