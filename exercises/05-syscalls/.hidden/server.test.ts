import { allow, listen, oneAfterAnother, random, startServer } from '#harness'

test('listens on HOST and PORT', async () => {
  const server = await startServer({ host: '127.0.0.2' })

  await server.connect('alice')

  await server.expectRefused({ host: '127.0.0.3' })
})

test('echoes what it receives', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')

  await alice.send('a')
  await alice.expect('a')
  const [first, second] = [random.line(30), random.line(12)]
  await alice.send(first)
  await alice.expect(first)
  await alice.send(second)
  await alice.expect(second)
})

test('echoes every byte as it is', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')

  await alice.send(EVERY_BYTE)
  await alice.expect(EVERY_BYTE)

  const mebibyte = random.bytes(1_048_576)
  await alice.send(mebibyte)
  await alice.expect(mebibyte)
})

test('ends the connection when the client has ended', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')

  const last = random.line(20)
  await alice.send(last)
  await alice.end()

  await alice.expect(last)
  await alice.expectEnd()
})

test('calls libc, not node:net', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')

  await server.expectNoImports(NETWORK_MODULES)
  await alice.send('alice\n')
  await alice.expect('alice\n')
  await server.expectNoEventLoop()
})

test('lets clients wait in its queue, and serves them in turn', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  await alice.send('alice\n')
  await alice.expect('alice\n')

  const bob = await server.connect('bob')
  await bob.send('bob\n')
  const carol = await server.connect('carol')
  await carol.send('carol\n')
  await alice.send('alice again\n')
  await alice.expect('alice again\n')
  await bob.expectNothing()

  await alice.end()
  await bob.expect('bob\n')
  await carol.expectNothing()
  await bob.end()
  await carol.expect('carol\n')
})

test('lives on when a client resets its connection', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  await alice.send('alice\n')
  await alice.expect('alice\n')
  const bob = await server.connect('bob')

  await alice.reset()

  await bob.send('bob\n')
  await bob.expect('bob\n')
})

test('lives on when a client resets before it has read all', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')

  // She reads nothing: once the server rests, it waits in write().
  alice.pause()
  const sent = alice.send(Buffer.alloc(8 * 1_048_576))
  await server.untilIdle()
  await alice.reset()

  await bob.send('bob\n')
  await bob.expect('bob\n')
  await sent
})

test('sends the rest of a write that was cut short', async () => {
  const server = await startServer()

  // A write() that has taken nothing yet is simply begun anew after a signal: that happens to one client now and then, not to three.
  for (const name of ['alice', 'bob', 'carol']) {
    const client = await server.connect(name)
    const bytes = random.bytes(8 * 1_048_576)

    // She reads nothing: once the server rests, it sleeps in the middle of a write(). A signal wakes it there.
    client.pause()
    const sent = client.send(bytes)
    await server.untilIdle()
    await server.signal('SIGSTOP')
    await server.untilIdle()
    await server.signal('SIGCONT')
    client.resume()

    await client.expect(bytes)
    await sent
    await client.end()
    await client.expectEnd()
  }
})

test('gives back the descriptors of 200 clients that left', async () => {
  allow(30)
  const server = await startServer()
  const before = await server.sockets()

  await oneAfterAnother(100, async () => {
    const alice = await server.connect('alice')
    await alice.send('alice\n')
    await alice.end()
    await alice.expect('alice\n')
    await alice.expectEnd()

    const bob = await server.connect('bob')
    await bob.send('bob\n')
    await bob.expect('bob\n')
    await bob.reset()
  })

  await server.expectSockets(before)
})

// The side that ends a connection first keeps its address for a while (TIME_WAIT), so the server has to be
// the first: it dies while alice is connected.
test('starts again at once on a port that it has just used', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  await alice.send('alice\n')
  await alice.expect('alice\n')

  await server.stop()
  await alice.expectEnd()
  await alice.end()

  const successor = await startServer({ port: server.port })
  const bob = await successor.connect('bob')
  await bob.send('bob\n')
  await bob.expect('bob\n')
})

test('exits with 1 when the port is taken, and says EADDRINUSE', async () => {
  const other = await listen()

  const server = await startServer({ port: other.port, wait: 'exit' })

  await server.expectExit(1, { stderr: [/EADDRINUSE/] })
})

const EVERY_BYTE = Uint8Array.from({ length: 256 }, (_, value) => value)

const MODULES = ['net', 'tls', 'http', 'https', 'http2', 'child_process']
const NETWORK_MODULES = [...MODULES, ...MODULES.map((name) => `node:${name}`)]
