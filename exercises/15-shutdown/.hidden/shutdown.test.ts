import { allow, expectSame, meanwhile, type Peer, random, type Server, startServer } from '#harness'

/** Longer than any test: what asks for it is never answered. */
const FOREVER = 'sleep 60000\n'
/** As long as a program may rest before we give it up. */
const LONG = 'sleep 900\n'
const ANSWER_TO_LONG = 'slept 900\n'
/** A grace that no right server comes to need. */
const PATIENT = { GRACE_MS: '60000' }
const CLIENTS = 40

test('answers ping and sleep in the order of the lines', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')
  const ms = random.int(20, 80)

  await alice.sendInPieces('ping\r\n', [2, 2, 2])
  await alice.expect('pong\n')
  await bob.send(`sleep ${ms}\nping\n`)
  await bob.expect(`slept ${ms}\npong\n`)
})

test(
  'sleeps at least as long as it is asked to',
  meanwhile(async () => {
    const server = await startServer()
    const alice = await server.connect('alice')

    await alice.send(FOREVER)
    // Whatever a timer of a few seconds or less would do has been done by then.
    await server.untilNoTimer()

    await alice.expectNothing()
  }),
)

test('answers any other line with an error, and goes on', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')

  await expectError(alice, random.letters(6))
  await expectError(alice, 'sleep soon')
  await expectError(alice, 'sleep ')
  await expectError(alice, 'sleep 60001')
  await alice.send('ping\n')
  await alice.expect('pong\n')
})

test('ends when the client has ended and has its answers', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const ms = random.int(60, 120)

  // All of it is there when the server looks: it knows of the end before its timer has run out.
  await server.whileStopped(async () => {
    await alice.send(`ping\nsleep ${ms}\n`)
    await alice.end()
  })

  await alice.expect(`pong\nslept ${ms}\n`)
  await alice.expectEnd()
})

test('exits with code 0 on SIGTERM when nobody is connected', async () => {
  const server = await startServer({ env: PATIENT })
  const alice = await server.connect('alice')
  await alice.send('ping\n')
  await alice.expect('pong\n')
  await alice.end()
  await alice.expectEnd()
  await server.untilIdle()

  await server.signal('SIGTERM')

  await server.expectExit(0)
})

test('refuses new connections after SIGTERM', async () => {
  const server = await startServer({ env: PATIENT })
  const alice = await server.connect('alice')
  await alice.send(FOREVER)
  await server.untilIdle()

  await server.signal('SIGTERM')
  await server.untilIdle()

  await server.expectRefused()
  await alice.expectNothing()
})

test('ends idle connections with FIN, then exits with code 0', async () => {
  const server = await startServer({ env: PATIENT })
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')
  const carol = await server.connect('carol')
  await alice.send('ping\n')
  await alice.expect('pong\n')
  await carol.send('pi')
  await server.untilIdle()

  await server.signal('SIGTERM')

  await alice.expectEnd({ clean: true })
  await bob.expectEnd({ clean: true })
  await carol.expectEnd({ clean: true })
  await expectExit(server, [alice, bob, carol])
})

test(
  'sends the answer that a client waits for, then FIN',
  meanwhile(async () => {
    const { server, alice, bob, carol } = await signalDuring([LONG])

    await alice.expect(ANSWER_TO_LONG)
    await alice.expectEnd({ clean: true })
    await expectExit(server, [alice, bob, carol])
  }),
)

test(
  'answers every line that came before SIGTERM',
  meanwhile(async () => {
    const { server, alice, bob, carol } = await signalDuring([`${LONG}ping\nsleep 100\nping\n`])

    await alice.expect(`${ANSWER_TO_LONG}pong\nslept 100\npong\n`)
    await alice.expectEnd()
    await expectExit(server, [alice, bob, carol])
  }),
)

test(
  'answers a client that has ended already',
  meanwhile(async () => {
    const { server, alice, bob, carol } = await signalDuring([LONG, END])

    await alice.expect(ANSWER_TO_LONG)
    await alice.expectEnd()
    await expectExit(server, [alice, bob, carol])
  }),
)

test(
  'ends each connection after its own last answer',
  meanwhile(async () => {
    const { alice, bob } = await signalDuring([LONG], [FOREVER])

    await alice.expect(ANSWER_TO_LONG)
    await alice.expectEnd()
    await bob.expectNothing()
  }),
)

test(
  'gives its clients as long as GRACE_MS says',
  meanwhile(async () => {
    const { server, alice, bob, carol } = await signalDuring([LONG.repeat(3)])

    await alice.expect(ANSWER_TO_LONG.repeat(3))
    await alice.expectEnd()
    await expectExit(server, [alice, bob, carol])
  }),
)

test(
  'ends with FIN, not RST, although the client goes on sending',
  meanwhile(async () => {
    const { server, alice, bob, carol } = await signalDuring([LONG])

    await alice.send(random.letters(256 * 1024))
    await alice.expect(ANSWER_TO_LONG)
    await alice.send('ping\n')
    await server.untilIdle()
    await alice.send('ping\n')

    await alice.expectEnd({ clean: true })
    await expectExit(server, [alice, bob, carol])
  }),
)

test('does not wait for clients that have left, however they left', async () => {
  const server = await startServer({ env: PATIENT })
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')
  const carol = await server.connect('carol')
  await carol.send('ping\n')
  await carol.expect('pong\n')
  await bob.send(FOREVER)
  await server.untilIdle()
  await alice.reset()
  await bob.reset()
  await carol.end()
  await carol.expectEnd()
  await server.untilIdle()

  await server.signal('SIGTERM')

  await server.expectExit(0)
})

test(
  'goes on when a client resets during the shutdown',
  meanwhile(async () => {
    const { server, alice, bob, carol } = await signalDuring([`${LONG}ping\n`], ['sleep 300\n'.repeat(5)])

    await alice.reset()

    await bob.expect('slept 300\n'.repeat(5))
    await bob.expectEnd()
    await expectExit(server, [bob, carol])
  }),
)

test(
  'waits for its clients even if GRACE_MS is not set',
  meanwhile(async () => {
    const server = await startServer()
    const alice = await server.connect('alice')
    await ask(alice, [LONG])

    await server.signal('SIGTERM')

    await alice.expect(ANSWER_TO_LONG)
    await alice.expectEnd()
    await expectExit(server, [alice])
  }),
)

test(
  'closes what is left after GRACE_MS, and exits with code 1',
  meanwhile(async () => {
    const server = await startServer({ env: { GRACE_MS: '300' } })
    const alice = await server.connect('alice')
    await alice.send(FOREVER)
    await server.untilIdle()

    await server.signal('SIGTERM')

    await server.expectExit(1)
  }),
)

test(
  'counts GRACE_MS from the signal',
  meanwhile(async () => {
    const server = await startServer({ env: { GRACE_MS: '300' } })
    const alice = await server.connect('alice')

    // Longer than the grace: who counted from the start would have left by now.
    await alice.send('sleep 400\n')

    await alice.expect('slept 400\n')
    await alice.send(FOREVER)
    await server.untilIdle()
    await server.signal('SIGTERM')
    await server.expectExit(1)
  }),
)

test('exits at once with code 1 on a second SIGTERM', async () => {
  const server = await startServer({ env: PATIENT })
  const alice = await server.connect('alice')
  await alice.send(FOREVER)
  await server.untilIdle()

  await server.signal('SIGTERM')
  await server.untilIdle()
  await server.signal('SIGTERM')

  await server.expectExit(1)
})

test(
  'hands its port over to a successor, and no request is lost',
  meanwhile(async () => {
    allow(20)
    const old = await startServer({ env: PATIENT })
    const before = await askMany(old, 'old', 800)
    await old.untilIdle()

    await old.signal('SIGTERM')
    await old.untilIdle()
    const successor = await startServer({ port: old.port, env: PATIENT })
    const after = await askMany(successor, 'new', 100)

    await expectAnswers(after, 100)
    await expectAnswers(before, 800)
    await old.expectExit(0)
  }),
)

/** Stands for the client's own end among the things that it sends. */
const END = Symbol('end')

type Sent = string | typeof END

/**
 * The server is told to leave while alice waits for her first answer, and bob for his, if he has asked for something. The end of carol, who is idle, says
 * that the signal has been handled. On a machine so slow that alice's answer comes before that, the same again.
 */
async function signalDuring(ofAlice: Sent[], ofBob: Sent[] = [], tries = 8) {
  const server = await startServer({ env: PATIENT })
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')
  const carol = await server.connect('carol')
  await ask(carol, [])
  await ask(bob, ofBob)
  await ask(alice, ofAlice)
  await server.signal('SIGTERM')
  await carol.expectEnd()
  if (alice.unread === 0 || tries === 0) return { server, alice, bob, carol }
  for (const peer of [alice, bob, carol]) peer.dismiss()
  return signalDuring(ofAlice, ofBob, tries - 1)
}

/** The first answer says that the server has read all that came with the ping. */
async function ask(peer: Peer, [first, ...rest]: Sent[]): Promise<void> {
  await peer.send(`ping\n${typeof first === 'string' ? first : ''}`)
  for (const each of rest) await (each === END ? peer.end() : peer.send(each))
  await peer.expect('pong\n')
}

/** The clients end too, and then it is gone. */
async function expectExit(server: Server, peers: Peer[]): Promise<void> {
  await Promise.all(peers.map((peer) => peer.end()))
  await server.expectExit(0)
}

async function expectError(peer: Peer, line: string): Promise<void> {
  await peer.send(`${line}\n`)
  await expectSame((await peer.readLine()).slice(0, 6), 'error ', `answer "${line}" with a line that begins`)
}

/** Clients that each wait for three answers, half of them with their own end sent already. */
async function askMany(server: Server, name: string, ms: number): Promise<Peer[]> {
  const peers = await Promise.all(
    Array.from({ length: CLIENTS }, (_, i) => server.connect(`${name} ${i + 1}`)),
  )
  await Promise.all(peers.map((peer, i) => peer.send(`ping\nsleep ${ms + i}\nping\n`)))
  await Promise.all(peers.filter((_, i) => i % 2 === 0).map((peer) => peer.end()))
  return peers
}

async function expectAnswers(peers: Peer[], ms: number): Promise<void> {
  await Promise.all(peers.map((peer, i) => peer.expect(`pong\nslept ${ms + i}\npong\n`)))
  await Promise.all(peers.filter((_, i) => i % 2 === 1).map((peer) => peer.end()))
  await Promise.all(peers.map((peer) => peer.expectEnd()))
}
