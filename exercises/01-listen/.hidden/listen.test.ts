import { startServer } from '#harness'

test('accepts a connection on the port that it was given', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')

  await alice.end()

  await alice.expectEnd()
})

test('accepts clients one after another', async () => {
  const server = await startServer()

  const alice = await server.connect('alice')
  await alice.end()
  await alice.expectEnd()
  const bob = await server.connect('bob')
  await bob.end()
  await bob.expectEnd()
  const carol = await server.connect('carol')
  await carol.end()
  await carol.expectEnd()
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
})

test('stays up when its last client has left', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')

  // Bob came after alice, so when he has been served, she has been accepted.
  await bob.end()
  await bob.expectEnd()
  await alice.reset()

  const carol = await server.connect('carol')
  await carol.end()
  await carol.expectEnd()
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

  await alice.expectNothing()
  await alice.end()
  await alice.expectEnd()
})

test('exits with code 1 when its port is taken, and says so in one line', async () => {
  const first = await startServer()
  const second = await startServer({ port: first.port, wait: 'exit' })

  await second.expectExit(1, { stderr: [/in use|EADDRINUSE/i, `${first.port}`] })

  const alice = await first.connect('alice')
  await alice.end()
  await alice.expectEnd()
})
