import { allow, everyWay, meanwhile, random, startServer } from '#harness'

const MAX_LINE_BYTES = 65_536
const MIB = 1024 * 1024

test('numbers a line and sends it back', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const [first, second] = [random.word(), random.line()]

  await alice.send(`${first}\n`)
  await alice.expect(`1 ${first}\n`)
  await alice.send(`${second}\n`)
  await alice.expect(`2 ${second}\n`)
  await alice.send('quit\n')
  await alice.expect('3 quit\n')
})

test('answers three lines that come in one segment', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const [first, second, third] = [random.word(), random.line(), random.word()]

  await alice.send(`${first}\n${second}\n${third}\n`)

  await alice.expect(`1 ${first}\n2 ${second}\n3 ${third}\n`)
})

test('answers one line that comes in many segments', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const line = random.line()

  await alice.sendInPieces(`${line}\n`)

  await alice.expect(`1 ${line}\n`)
})

test('drops a CR before the LF, also one that came in the segment before', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const [first, second] = [random.word(), random.word()]

  await alice.send(`${first}\r\n`)
  await alice.expect(`1 ${first}\n`)
  await alice.sendInPieces(`${second}\r\n`, [second.length + 1, 1])
  await alice.expect(`2 ${second}\n`)
})

test('answers empty lines too', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const line = random.word()

  await alice.send(`\n\r\n${line}\n\n`)

  await alice.expect(`1 \n2 \n3 ${line}\n4 \n`)
})

test('leaves all other characters of a line alone', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const [first, second] = [random.word(), random.word()]

  await alice.send(` ${first}\t\v\f${second}  \n`)
  await alice.expect(`1  ${first}\t\v\f${second}  \n`)
  await alice.send(`${first}\r${second}\u0085${first}\u2028${second}\n`)
  await alice.expect(`2 ${first}\r${second}\u0085${first}\u2028${second}\n`)
  await alice.send(`\ufeff${first}\0${second}\n`)
  await alice.expect(`3 \ufeff${first}\0${second}\n`)
  await alice.send(`${first}\t\n`)
  await alice.expect(`4 ${first}\t\n`)
})

test('keeps characters whole whose bytes come in different segments', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const line = `${random.word()} żółw 🐢 ${random.word()}`

  await alice.sendInPieces(`${line}\n`)

  await alice.expect(`1 ${line}\n`)
})

test("counts each connection's lines from 1", async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')
  const [first, second, third] = [random.word(), random.word(), random.word()]

  await alice.send(`${first}\n`)
  await alice.expect(`1 ${first}\n`)
  await bob.send(`${second}\n`)
  await bob.expect(`1 ${second}\n`)
  await alice.send(`${third}\n`)
  await alice.expect(`2 ${third}\n`)
})

test('keeps the half lines of two clients apart', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')
  const [first, second] = [random.line(), random.line()]

  await alice.send(`${first}\n${first}`)
  await alice.expect(`1 ${first}\n`)
  await bob.send(`${second}\n${second}`)
  await bob.expect(`1 ${second}\n`)
  await alice.send('!\n')
  await bob.send('?\n')

  await alice.expect(`2 ${first}!\n`)
  await bob.expect(`2 ${second}?\n`)
})

test(
  'does not take a pause for the end of a line',
  meanwhile(async () => {
    const server = await startServer()
    const alice = await server.connect('alice')
    const [first, second] = [random.word(), random.line()]

    await alice.send(`${first}\n${second}`)
    await alice.expect(`1 ${first}\n`)
    // However long she takes for the rest: who does something by the clock has done it now.
    await server.untilNoTimer()
    await alice.send('!\n')

    await alice.expect(`2 ${second}!\n`)
  }),
)

test('answers an unterminated last line when the client ends, then ends too', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')
  const [first, last] = [random.word(), random.word()]

  await alice.send(`${first}\n${last}\r`)
  await alice.expect(`1 ${first}\n`)
  await alice.end()
  await alice.expect(`2 ${last}\n`)
  await alice.expectEnd()

  await bob.send('\r')
  await bob.end()
  await bob.expect('1 \n')
  await bob.expectEnd()
})

test('ends without another answer when the last line was terminated', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')
  const line = random.word()

  await alice.send(`${line}\n`)
  await alice.expect(`1 ${line}\n`)
  await alice.end()
  await bob.end()

  await alice.expectEnd()
  await bob.expectEnd()
})

test('serves the others when a client resets in the middle of a line', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')
  const line = random.word()

  await alice.send(`${line}\n${line}`)
  await alice.expect(`1 ${line}\n`)
  await alice.reset()
  await bob.send(`${line}\n`)
  await bob.expect(`1 ${line}\n`)

  const carol = await server.connect('carol')
  await carol.send(`${line}\n`)
  await carol.expect(`1 ${line}\n`)
})

test('answers the same however the bytes are cut', async () => {
  const server = await startServer()
  const word = random.word()

  await everyWay(server, [
    { send: `${word}\r\n`, expect: `1 ${word}\n` },
    { send: '\n', expect: '2 \n' },
    { send: 'ż 🐢\n', expect: '3 ż 🐢\n' },
    { send: '\r\r\n', expect: '4 \r\n' },
  ])
})

test('answers a line of 65,536 bytes', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const [first, second] = [random.line(MAX_LINE_BYTES), random.line(MAX_LINE_BYTES)]

  await alice.send(`${first}\n${second}\n`)

  await alice.expect(`1 ${first}\n2 ${second}\n`)
})

test('refuses a longer line without waiting for its end', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const line = random.word()

  await alice.send(`${line}\n${random.line(MAX_LINE_BYTES + 1)}`)

  await alice.expect(`1 ${line}\nerror line too long\n`)
  await alice.expectEnd()
})

test('refuses a longer line also when its end has come', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const line = random.word()

  await alice.send(`${line}\n${random.line(MAX_LINE_BYTES + 1)}\n${line}\n`)

  await alice.expect(`1 ${line}\nerror line too long\n`)
  await alice.expectEnd()
})

test('serves the others when it has refused one', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')
  const line = random.word()

  await alice.send(random.line(MAX_LINE_BYTES + 1))
  await alice.expect('error line too long\n')
  await bob.send(`${line}\n`)
  await bob.expect(`1 ${line}\n`)

  const carol = await server.connect('carol')
  await carol.send(`${line}\n`)
  await carol.expect(`1 ${line}\n`)
  await alice.expectEnd()

  // Her end comes after the server's: nothing is left to answer.
  await alice.end()
  await server.untilIdle()
  await carol.send(`${line}\n`)
  await carol.expect(`2 ${line}\n`)
})

test('ends with FIN, not RST, although a long line goes on', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')

  // More than is read in one go: the server has refused the line long before its end.
  const sent = alice.send(random.line(1024).repeat(8 * 1024))

  await alice.expect('error line too long\n')
  await sent
  await alice.expectEnd({ clean: true })
})

test(
  'keeps nothing of what follows a line that it has refused',
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
        const sent = guest.send(Array.from({ length: blocks }, () => block))
        await guest.expect('error line too long\n')
        await sent
        await guest.expectEnd({ clean: true })
      },
      { sizes: [1, 6] },
    )

    const sent = alice.send(Array.from({ length: 64 }, () => block))
    await alice.expect('error line too long\n')
    await sent
  }),
)

test('counts the bytes of a line, not its characters', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')

  await alice.send(`${'ż'.repeat(MAX_LINE_BYTES / 2)}${random.pick(['a', 'b', 'c'])}`)
  await alice.expect('error line too long\n')
  await alice.expectEnd()

  await bob.send(`${random.line(MAX_LINE_BYTES)}\r\n`)
  await bob.expect('error line too long\n')
  await bob.expectEnd()
})

test('spends no more on a line when thousands come at once', async () => {
  allow(60)
  const server = await startServer()

  await server.expectLinear(
    async (n) => {
      const alice = await server.connect('alice')
      const lines = shortLines(n)

      await alice.send(unnumbered(lines))
      await alice.expect(numbered(lines))
      await alice.end()
      await alice.expectEnd()
    },
    { sizes: [1_000, 8_000] },
  )
})

test(
  'answers 200,000 short lines in one go, in order',
  meanwhile(async () => {
    allow(20)
    const server = await startServer()
    const alice = await server.connect('alice')
    const lines = shortLines(200_000)

    await alice.send(unnumbered(lines))

    await alice.expect(numbered(lines))
  }),
)

test(
  'waits for a slow reader before it ends',
  meanwhile(async () => {
    allow(20)
    const server = await startServer()
    const alice = await server.connect('alice')
    const lines = Array<string>(140).fill(random.line(60_000))

    // More answers than the kernel holds for a client that does not read: the rest waits in the server, or its lines
    // in alice, so she cannot be waited for. Once the server rests, all has come that it wants to have.
    alice.pause()
    const sent = [alice.send(unnumbered(lines)), alice.end()]
    await server.untilIdle()
    alice.resume()

    await Promise.all([...sent, alice.expect(numbered(lines))])
    await alice.expectEnd()
  }),
)

/** `n` lines of one or two bytes: a chunk of 64 KiB holds some 25,000 of them. */
function shortLines(n: number): string[] {
  return Array.from(random.bytes(n), (byte) => byte.toString(16))
}

function unnumbered(lines: string[]): string {
  return lines.map((line) => `${line}\n`).join('')
}

function numbered(lines: string[]): string {
  return lines.map((line, i) => `${i + 1} ${line}\n`).join('')
}
