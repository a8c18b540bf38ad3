import { allow, expectSame, meanwhile, type Peer, random, type Server, startServer } from '#harness'

/** Longer than any test: what asks for it is never answered. */
const FOREVER = 'sleep 60000\n'
/** A grace that no right server comes to need. */
const PATIENT = { GRACE_MS: '60000' }
const CLIENTS = 40

test('answers ping and sleep in the order of the lines', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')
  const ms = random.int(20, 80)

  await alice.send('ping\n')
  await alice.expect('pong\n')
  await bob.send(`sleep ${ms}\nping\n`)
  await bob.expect(`slept ${ms}\npong\n`)
  await server.expectOneListener()
})

test('answers any other line with an error, and goes on', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')

  await expectError(alice, random.letters(6))
  await expectError(alice, 'sleep soon')
  await alice.send('ping\n')
  await alice.expect('pong\n')
})

test('ends when the client has ended and has its answers', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const ms = random.int(60, 120)

  await alice.send(`ping\nsleep ${ms}\n`)
  await alice.end()

  await alice.expect(`pong\nslept ${ms}\n`)
  await alice.expectEnd()
})

test('exits with code 0 at SIGTERM when nobody is connected', async () => {
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
  await alice.send('ping\n')
  await alice.expect('pong\n')
  await bob.send('pi')
  await server.untilIdle()

  await server.signal('SIGTERM')

  await alice.expectEnd({ clean: true })
  await bob.expectEnd({ clean: true })
  await alice.end()
  await bob.end()
  await server.expectExit(0)
})

test('sends the answer that a client waits for, then FIN', async () => {
  const server = await startServer({ env: PATIENT })
  const alice = await server.connect('alice')
  const ms = random.int(300, 500)
  await alice.send(`sleep ${ms}\n`)
  await server.untilIdle()

  await server.signal('SIGTERM')

  await alice.expect(`slept ${ms}\n`)
  await alice.expectEnd({ clean: true })
  await alice.end()
  await server.expectExit(0)
})

test('answers every line that came before SIGTERM', async () => {
  const server = await startServer({ env: PATIENT })
  const alice = await server.connect('alice')
  const [first, second] = [random.int(200, 300), random.int(100, 200)]
  await alice.send(`sleep ${first}\nping\nsleep ${second}\nping\n`)
  await server.untilIdle()

  await server.signal('SIGTERM')

  await alice.expect(`slept ${first}\npong\nslept ${second}\npong\n`)
  await alice.expectEnd()
  await alice.end()
  await server.expectExit(0)
})

test('answers a client that has ended already', async () => {
  const server = await startServer({ env: PATIENT })
  const alice = await server.connect('alice')
  const ms = random.int(300, 500)
  await alice.send(`sleep ${ms}\n`)
  await alice.end()
  await server.untilIdle()

  await server.signal('SIGTERM')

  await alice.expect(`slept ${ms}\n`)
  await alice.expectEnd()
  await server.expectExit(0)
})

test('ends each connection after its own last answer', async () => {
  const server = await startServer({ env: PATIENT })
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')
  await alice.send('sleep 300\n')
  await bob.send(FOREVER)
  await server.untilIdle()

  await server.signal('SIGTERM')

  await alice.expect('slept 300\n')
  await alice.expectEnd()
  await bob.expectNothing()
})

test('ends with FIN, not RST, although the client goes on sending', async () => {
  const server = await startServer({ env: PATIENT })
  const alice = await server.connect('alice')
  await alice.send('sleep 500\n')
  await server.untilIdle()

  await server.signal('SIGTERM')
  await server.untilIdle()
  await alice.send(random.letters(256 * 1024))

  await alice.expect('slept 500\n')
  await alice.expectEnd({ clean: true })
  await alice.end()
  await server.expectExit(0)
})

test('does not wait for clients that have left, in whatever way', async () => {
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

test('goes on when a client resets during the shutdown', async () => {
  const server = await startServer({ env: PATIENT })
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')
  await alice.send('sleep 300\nping\n')
  await bob.send('sleep 600\n')
  await server.untilIdle()

  await server.signal('SIGTERM')
  await server.untilIdle()
  await alice.reset()

  await bob.expect('slept 600\n')
  await bob.expectEnd()
  await bob.end()
  await server.expectExit(0)
})

test(
  'gives its clients as long as GRACE_MS says',
  meanwhile(async () => {
    const server = await startServer({ env: PATIENT })
    const alice = await server.connect('alice')
    await server.untilNoTimer()
    await alice.send('sleep 1500\n')
    await server.untilIdle()

    await server.signal('SIGTERM')

    await alice.expect('slept 1500\n')
    await alice.expectEnd()
    await alice.end()
    await server.expectExit(0)
  }),
)

test('closes what is left after GRACE_MS, and exits with code 1', async () => {
  const server = await startServer({ env: { GRACE_MS: '300' } })
  const alice = await server.connect('alice')
  await alice.send(FOREVER)
  await server.untilIdle()

  await server.signal('SIGTERM')

  await server.expectExit(1)
})

test('counts GRACE_MS from the signal', async () => {
  const server = await startServer({ env: { GRACE_MS: '300' } })
  const alice = await server.connect('alice')

  // Longer than the grace: who counted from the start would have left by now.
  await alice.send('sleep 400\n')

  await alice.expect('slept 400\n')
  await alice.send(FOREVER)
  await server.untilIdle()
  await server.signal('SIGTERM')
  await server.expectExit(1)
})

test('gives up at once at a second SIGTERM, with code 1', async () => {
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
