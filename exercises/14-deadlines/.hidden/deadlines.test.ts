import {
  allow,
  everyWay,
  flood,
  inSteps,
  inTime,
  meanwhile,
  oneAfterAnother,
  type Peer,
  random,
  startServer,
} from '#harness'

const MAX_LINE_BYTES = 65_536
const HOUR = 3_600_000
const IDLE_MS = 400
const LINE_MS = 400
/** Where a busy machine must not keep us from sending for as long. */
const LONG_LINE_MS = 1600

test('numbers lines and sends them back', async () => {
  const server = await startServer(limits({}))
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')
  const [first, second, third] = [random.word(), random.line(), random.word()]

  await alice.send(`${first}\n`)
  await alice.expect(`1 ${first}\n`)
  await bob.send(`${second}\n`)
  await bob.expect(`1 ${second}\n`)
  await alice.send(`${third}\n`)
  await alice.expect(`2 ${third}\n`)
})

test(
  'answers lines as in 06, however they are cut',
  meanwhile(async () => {
    const server = await startServer(limits({}))
    const [first, second, last] = [random.word(), random.letters(3), random.word()]

    await everyWay(server, [
      { send: `${first}\n\n`, expect: `1 ${first}\n2 \n` },
      { send: `${second}\r\n`, expect: `3 ${second}\n` },
    ])

    const alice = await server.connect('alice')
    await alice.send(`${first}\n${last}`)
    await alice.end()
    await alice.expect(`1 ${first}\n2 ${last}\n`)
    await alice.expectEnd()
  }),
)

test('refuses a line of more than 65,536 bytes', async () => {
  const server = await startServer(limits({}))
  const alice = await server.connect('alice')
  const longest = random.letters(MAX_LINE_BYTES)

  await alice.sendInPieces(`${longest}\n`, [MAX_LINE_BYTES, 1])
  await alice.send(`${longest}x`)

  await alice.expect(`1 ${longest}\nerror line too long\n`)
  await alice.expectEnd()
})

test(
  'cuts off a client that says nothing for IDLE_MS',
  meanwhile(async () => {
    const server = await startServer(limits({ idle: IDLE_MS }))
    await server.untilIdle()
    const alice = await server.connect('alice')

    await alice.expectLineAfter(IDLE_MS, 'error timeout')
    await alice.expectEnd()
  }),
)

test(
  'keeps a client that sends a line now and then',
  meanwhile(
    inTime(IDLE_MS, async (idle) => {
      const server = await startServer(limits({ idle }))
      const alice = await server.connect('alice')

      await inSteps(alice, idle, talk(alice, 9), { every: idle / 4 })
      await alice.reset()
    }),
  ),
)

test(
  'counts IDLE_MS from the last byte of a client',
  meanwhile(
    inTime(IDLE_MS, async (idle) => {
      const server = await startServer(limits({ idle }))
      const alice = await server.connect('alice')

      await inSteps(alice, idle, talk(alice, 1), { every: idle / 2 })

      await alice.expectLineAfter(idle, 'error timeout')
      await alice.expectEnd()
    }),
  ),
)

test(
  'treats a single byte as a sign of life',
  meanwhile(
    inTime(IDLE_MS, async (idle) => {
      const server = await startServer(limits({ idle }))
      const alice = await server.connect('alice')
      const drips = Array.from({ length: 9 }, () => () => twoBytes(alice))
      const end = async () => {
        await alice.send('\n')
        await alice.expect(`1 ${'xy'.repeat(9)}\n`)
      }

      await inSteps(alice, idle, [...drips, end], { every: idle / 4 })
      await alice.reset()
    }),
  ),
)

test(
  'cuts off a client that falls silent in the middle of a line',
  meanwhile(
    inTime(IDLE_MS, async (idle) => {
      const server = await startServer(limits({ idle }))
      const alice = await server.connect('alice')

      await inSteps(alice, idle, [() => twoBytes(alice)], { every: idle / 2 })

      await alice.expectLineAfter(idle, 'error timeout')
      await alice.expectEnd()
    }),
  ),
)

test(
  'keeps a separate idle clock for each client',
  meanwhile(
    inTime(IDLE_MS, async (idle) => {
      const server = await startServer(limits({ idle }))
      const bob = await server.connect('bob')
      const alice = await server.connect('alice')

      await inSteps(alice, idle, talk(alice, 18), { every: idle / 4 })
      await alice.reset()

      await bob.expectLineAfter(idle, 'error timeout')
      await bob.expectEnd()
    }),
  ),
)

test(
  'cuts off a line that is not complete after LINE_MS',
  meanwhile(async () => {
    const server = await startServer(limits({ line: LINE_MS }))
    const alice = await server.connect('alice')

    await alice.send(random.word())

    await alice.expectLineAfter(LINE_MS, 'error timeout')
    await alice.expectEnd()
  }),
)

test(
  'cuts off a line that comes in drips',
  meanwhile(async () => {
    const server = await startServer(limits({ line: LONG_LINE_MS }))
    const alice = await server.connect('alice')

    await alice.drip('slowly ', { every: LONG_LINE_MS / 20, upTo: 2 * LONG_LINE_MS })

    await alice.expectLineAfter(LONG_LINE_MS, 'error timeout')
    await alice.expectEnd()
  }),
)

test(
  'starts LINE_MS at the first byte of a line',
  meanwhile(async () => {
    const server = await startServer(limits({ line: LINE_MS }))
    const alice = await server.connect('alice')
    const bob = await server.connect('bob')

    // Alice and bob have no line under way for as long as it takes to cut carol off.
    await alice.send('one\n')
    await alice.expect('1 one\n')
    const carol = await server.connect('carol')
    await carol.send('tw')
    await carol.expectLineAfter(LINE_MS, 'error timeout')
    await alice.expectNothing()
    await bob.expectNothing()
    await alice.send('tw')
    await bob.send('on')

    await alice.expectLineAfter(LINE_MS, 'error timeout')
    await bob.expectLineAfter(LINE_MS, 'error timeout')
  }),
)

test(
  'stops the clock of a line that is complete in time',
  meanwhile(
    inTime(LINE_MS, async (line) => {
      const server = await startServer(limits({ line }))
      const alice = await server.connect('alice')
      const bob = await server.connect('bob')
      const end = async () => {
        await alice.send('z\n')
        await alice.expect('1 xyz\n')
      }

      await inSteps(alice, line, [() => twoBytes(alice), end])
      await bob.send('slow')
      await bob.expectLineAfter(line, 'error timeout')

      await alice.expectNothing()
      await alice.send('two\n')
      await alice.expect('2 two\n')
    }),
  ),
)

test(
  'gives each line a clock of its own',
  meanwhile(
    inTime(2 * LINE_MS, async (line) => {
      const server = await startServer(limits({ line }))
      const alice = await server.connect('alice')
      const endAndBegin = async () => {
        await alice.send('z\ntwo\nthr')
        await alice.expect('1 xyz\n2 two\n')
      }

      await inSteps(alice, line, [() => twoBytes(alice), endAndBegin], { every: line / 2 })

      await alice.expectLineAfter(line, 'error timeout')
      await alice.expectEnd()
    }),
  ),
)

test(
  'ends with FIN even if the client goes on sending',
  meanwhile(async () => {
    const server = await startServer(limits({ line: LINE_MS }))
    const alice = await server.connect('alice')
    const word = random.word()

    await alice.send(word)
    await alice.expectLineAfter(LINE_MS, 'error timeout')
    await alice.send(`${word}\n${word}\n`)
    await server.untilIdle()
    await alice.send(`${word}\n`)

    await alice.expectEnd({ clean: true })
  }),
)

test(
  'hangs up IDLE_MS after an error if the client does not',
  meanwhile(
    inTime(2 * IDLE_MS, async (idle) => {
      const server = await startServer(limits({ idle }))
      const held = await server.sockets()
      const alice = await server.connect('alice')
      const bob = await server.connect('bob')
      const tooLong = async () => {
        await bob.send(random.letters(MAX_LINE_BYTES + 1))
        await bob.expectLine('error line too long')
        await bob.expectEnd()
      }

      await inSteps(bob, idle, [tooLong])
      await alice.expectLine('error timeout')
      await alice.expectEnd()

      await alice.expectHangUp('still here ', { every: idle / 8, within: idle + 1000, silence: idle })
      await server.expectSockets(held)
    }),
  ),
)

test(
  'hangs up on a client that reads nothing',
  meanwhile(
    inTime(IDLE_MS, async (idle) => {
      const server = await startServer(limits({ idle }))
      const held = await server.sockets()
      const alice = await server.connect('alice')
      const line = Buffer.from(`${random.letters(MAX_LINE_BYTES - 1)}\n`)

      await inSteps(alice, idle, talk(alice, 1))
      alice.pause()
      const sent = alice.send(Array.from({ length: 128 }, () => line))

      await Promise.all([sent, server.expectSockets(held)])
      await alice.reset()
    }),
  ),
)

test('serves MAX_CONNECTIONS clients and tells the next that it is busy', async () => {
  const server = await startServer(limits({ max: 3 }))
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')
  const carol = await server.connect('carol')
  const word = random.word()

  await alice.send(`${word}\n`)
  await alice.expect(`1 ${word}\n`)
  await bob.send(`${word}\n`)
  await bob.expect(`1 ${word}\n`)
  await carol.send(`${word}\n`)
  await carol.expect(`1 ${word}\n`)
  const dave = await server.connect('dave')

  await dave.expectLine('error busy')
  await dave.expectEnd()
  await alice.send(`${word}\n`)
  await alice.expect(`2 ${word}\n`)
  await carol.send(`${word}\n`)
  await carol.expect(`2 ${word}\n`)
})

test('answers nothing but busy to a client that talks at once, and ends with FIN', async () => {
  const server = await startServer(limits({ max: 1 }))
  const alice = await server.connect('alice')

  await alice.send('one\n')
  await alice.expect('1 one\n')
  const bob = await server.connect('bob')
  await bob.send('one\ntwo\nthr')

  await bob.expectLine('error busy')
  await bob.expectEnd({ clean: true })
})

test('gives the place of a client that ends to the next', async () => {
  const server = await startServer(limits({ max: 2 }))
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')

  await alice.send('one\n')
  await alice.expect('1 one\n')
  await bob.send('one\n')
  await bob.expect('1 one\n')
  await alice.end()
  await alice.expectEnd()
  await server.untilIdle()
  const carol = await server.connect('carol')
  await carol.send('one\n')
  await carol.expect('1 one\n')
  const dave = await server.connect('dave')

  await dave.expectLine('error busy')
  await dave.expectEnd()
})

test('gives the place of a client that resets to the next, and no other', async () => {
  const server = await startServer(limits({ max: 2 }))
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')

  await bob.send('one\n')
  await bob.expect('1 one\n')
  await alice.sendInPieces('on')
  // Once all is read: a RST that comes together with bytes may look like FIN.
  await server.untilIdle()
  await alice.reset()
  await server.untilIdle()
  const carol = await server.connect('carol')
  await carol.send('one\n')
  await carol.expect('1 one\n')
  const dave = await server.connect('dave')

  await dave.expectLine('error busy')
  await dave.expectEnd()
})

test('gives the place of a client whose line was too long to the next', async () => {
  const server = await startServer(limits({ max: 1 }))
  const alice = await server.connect('alice')

  await alice.send(random.letters(MAX_LINE_BYTES + 1))
  await alice.expectLine('error line too long')
  await alice.expectEnd()
  await alice.end()
  await server.untilIdle()
  const bob = await server.connect('bob')
  await bob.send('one\n')
  await bob.expect('1 one\n')
  const carol = await server.connect('carol')

  await carol.expectLine('error busy')
  await carol.expectEnd()
})

test('frees no place when a client that it turned away leaves', async () => {
  const server = await startServer(limits({ max: 1 }))
  const alice = await server.connect('alice')

  await alice.send('one\n')
  await alice.expect('1 one\n')
  const bob = await server.connect('bob')
  const carol = await server.connect('carol')
  await bob.expectLine('error busy')
  await bob.expectEnd()
  await bob.end()
  await carol.expectLine('error busy')
  await carol.expectEnd()
  await carol.reset()
  await server.untilIdle()
  const dave = await server.connect('dave')

  await dave.expectLine('error busy')
  await dave.expectEnd()
})

test('does not count clients that it turned away but that stay connected', async () => {
  const server = await startServer(limits({ max: 1 }))
  const alice = await server.connect('alice')

  await alice.send('one\n')
  await alice.expect('1 one\n')
  const bob = await server.connect('bob')
  await bob.expectLine('error busy')
  await bob.expectEnd()
  await alice.end()
  await alice.expectEnd()
  await server.untilIdle()
  const carol = await server.connect('carol')

  await carol.send('one\n')
  await carol.expect('1 one\n')
})

test(
  'hangs up on clients that it turned away, too',
  meanwhile(
    inTime(IDLE_MS, async (idle) => {
      const server = await startServer(limits({ idle, max: 1 }))
      const held = await server.sockets()
      const alice = await server.connect('alice')
      const turnAway = async () => {
        const bob = await server.connect('bob')
        await bob.expectLine('error busy')
        await bob.expectEnd()
      }

      await inSteps(alice, idle, [turnAway])
      await alice.reset()

      await server.expectSockets(held)
    }),
  ),
)

test(
  'gives the place of a client that was cut off to the next, and no other',
  meanwhile(async () => {
    const server = await startServer(limits({ line: LONG_LINE_MS, max: 2 }))
    const alice = await server.connect('alice')
    const bob = await server.connect('bob')

    // Bob leaves with a clock running. Should it ring, he still has one place to give.
    await bob.sendInPieces('on')
    await server.untilIdle()
    await bob.reset()
    await alice.send('on')
    await alice.expectLineAfter(LONG_LINE_MS, 'error timeout')
    await alice.expectEnd()
    await alice.end()
    await server.untilNoTimer()
    const carol = await server.connect('carol')
    const dave = await server.connect('dave')
    await carol.send('one\n')
    await carol.expect('1 one\n')
    await dave.send('one\n')
    await dave.expect('1 one\n')
    const erin = await server.connect('erin')

    await erin.expectLine('error busy')
    await erin.expectEnd()
  }),
)

test(
  'survives slow clients that take all places',
  meanwhile(async () => {
    const server = await startServer(limits({ line: LINE_MS, max: 40 }))
    const slow = await Promise.all(Array.from({ length: 40 }, (_, i) => server.connect(`slow ${i + 1}`)))

    await Promise.all(slow.map((peer) => peer.drip('slowly ', { every: LINE_MS / 4, upTo: 5 * LINE_MS })))
    await Promise.all(slow.map((peer) => peer.expectLineAfter(LINE_MS, 'error timeout')))
    await Promise.all(slow.map((peer) => peer.reset()))
    await server.untilIdle()
    const alice = await server.connect('alice')

    await alice.send('one\n')
    await alice.expect('1 one\n')
  }),
)

test(
  'serves its clients while it turns 5,000 others away',
  meanwhile(async () => {
    allow(30)
    const server = await startServer(limits({ max: 2 }))
    const listening = await server.sockets()
    const alice = await server.connect('alice')
    const bob = await server.connect('bob')
    let asked = 0

    await oneAfterAnother(10, async () => {
      asked += 1
      await alice.send('me\n')
      await bob.send('me\n')
      await flood(server, 500, 'error busy')
      await alice.expect(`${asked} me\n`)
      await bob.expect(`${asked} me\n`)
    })

    await server.expectSockets(listening + 2)
  }),
)

/** A server with these limits, and others so wide that nobody meets them. */
function limits({ idle = HOUR, line = HOUR, max = 1000 }) {
  return { env: { IDLE_MS: `${idle}`, LINE_MS: `${line}`, MAX_CONNECTIONS: `${max}` } }
}

/** Steps of a client who sends a line and has it answered. */
function talk(peer: Peer, lines: number) {
  const word = random.word()
  return Array.from({ length: lines }, (_, i) => async () => {
    await peer.send(`${word}\n`)
    await peer.expect(`${i + 1} ${word}\n`)
  })
}

/** Two bytes of a line. When the second goes out, the first has been read, by a server that has not given up on her. */
async function twoBytes(peer: Peer) {
  await peer.sendInPieces('xy')
  await peer.expectNothing()
}
