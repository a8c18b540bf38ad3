import { oneAfterAnother, type Peer, type Server, startServer } from '#harness'

test('accepts a connection on the port that it was given', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')

  await alice.end()

  await alice.expectEnd()
})

test('accepts clients one after another', async () => {
  const server = await startServer()

  await visits(server, 'alice')
  await visits(server, 'bob')
  await visits(server, 'carol')
  await oneAfterAnother(50, () => visits(server, 'dave'))
})

test('keeps several clients connected at once', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')
  const carol = await server.connect('carol')

  await carol.end()
  await carol.expectEnd()
  await alice.end()
  await alice.expectEnd()

  await bob.expectNothing()
  await bob.end()
  await bob.expectEnd()

  const guests: Peer[] = []
  await oneAfterAnother(12, async (name) => {
    guests.push(await server.connect(name))
    await visits(server, 'dave')
  })
  await Promise.all(guests.map((guest) => guest.expectNothing()))
})

test('says nothing to a client that speaks', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  // Who came first is accepted first: once bob has been served, alice has been accepted too.
  await visits(server, 'bob')

  await alice.send('hello?\n')

  // Her bytes were there before carol was.
  await visits(server, 'carol')
  await alice.expectNothing()
  // Her FIN stands behind what she has said.
  await alice.end()
  await alice.expectEnd()
})

test('stays up when its last client has left', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')

  // Bob came after alice, so when he has been served, she has been accepted.
  await visits(server, 'bob')
  await alice.reset()

  await visits(server, 'carol')
})

test('keeps the others when one client resets its connection', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')
  await visits(server, 'carol')

  await alice.reset()

  await visits(server, 'dave')
  await bob.expectNothing()
  await bob.end()
  await bob.expectEnd()
})

test('runs twice, each time on the port that it was given', async () => {
  const first = await startServer()
  const second = await startServer()

  const alice = await first.connect('alice')
  const bob = await second.connect('bob')
  await alice.end()
  await bob.end()

  await alice.expectEnd()
  await bob.expectEnd()
})

test('listens on the address in HOST and on no other', async () => {
  const server = await startServer({ host: '127.0.0.2' })
  const alice = await server.connect('alice')

  await server.expectRefused({ host: '127.0.0.3' })
  await server.expectOneListener()

  await alice.expectNothing()
  await alice.end()
  await alice.expectEnd()
})

test('exits with code 1 when its port is taken, and says so in one line', async () => {
  const first = await startServer()
  const second = await startServer({ port: first.port, wait: 'exit' })

  await second.expectExit(1, { stderr: [`${first.port}`, ['that it is taken', TAKEN]] })

  const alice = await first.connect('alice')
  await alice.end()
  await alice.expectEnd()
})

/** The usual ways to say it. */
const TAKEN =
  /EADDRINUSE|\b(in use|used|taken|occupied|busy|bound|unavailable|not (available|free)|(another|other) (process|program|server))\b/i

/** Comes, and leaves politely. */
async function visits(server: Server, name: string) {
  const client = await server.connect(name)
  await client.end()
  await client.expectEnd()
}
