import { oneAfterAnother, random, type Server, startServer } from '#harness'

test('tells a client its address and port', async () => {
  const server = await startServer()

  const alice = await server.connect('alice')

  await alice.expect(`you are ${alice.localAddress}:${alice.localPort}, `)
  await alice.readLine()
})

test('tells a client which address and port it has reached', async () => {
  // All addresses of the machine. It is one of them that she reaches.
  const server = await startServer({ host: '0.0.0.0' })

  const alice = await server.connect('alice')

  await alice.expectLine(
    `you are ${alice.localAddress}:${alice.localPort}, I am ${alice.remoteAddress}:${alice.remotePort}`,
  )
})

test('sees that a client comes from another address', async () => {
  const server = await startServer()

  // A machine whose loopback has but one address, such as a Mac, has him come from that.
  const bob = await server.connect('bob', { from: '127.0.0.3' })

  await bob.expectLine(`you are ${bob.localAddress}:${bob.localPort}, I am ${server.host}:${server.port}`)
})

test('ends the connection with FIN after the line', async () => {
  const server = await startServer()

  const alice = await server.connect('alice')

  await alice.readLine()
  await alice.expectEnd()
})

test('ends with FIN, not RST, although the client has spoken', async () => {
  const server = await startServer()

  const text = random.text(200_000)

  // Alice has begun to speak before the server can accept her.
  await server.signal('SIGSTOP')
  const alice = await server.connect('alice')
  const spoken = alice.send(text)
  await server.signal('SIGCONT')

  await alice.readLine()
  await spoken
  await alice.expectEnd({ clean: true })
})

test('tells each of several clients its own address and port', async () => {
  const server = await startServer()

  // Both are connected before the server can accept the first. Even the shortest queue, a backlog of 1, has room for two.
  await server.signal('SIGSTOP')
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')
  await server.signal('SIGCONT')

  const rest = `I am ${server.host}:${server.port}`
  await alice.expectLine(`you are ${alice.localAddress}:${alice.localPort}, ${rest}`)
  await bob.expectLine(`you are ${bob.localAddress}:${bob.localPort}, ${rest}`)
  await bob.expectEnd()

  // And so for a crowd, none of whom leaves.
  await oneAfterAnother(30, (name) => isTold(server, name))
})

test('lets go of a client that has spoken and left', async () => {
  const server = await startServer()
  const before = await server.sockets()
  const alice = await server.connect('alice')

  await alice.send(random.line(100))
  await alice.readLine()
  await alice.expectEnd()
  await alice.end()

  await server.expectSockets(before)
})

test('keeps listening after a client that left without reading', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')
  const rest = `I am ${server.host}:${server.port}`

  // Who came first is accepted first: once bob has his line, alice has been accepted too.
  alice.pause()
  await bob.expectLine(`you are ${bob.localAddress}:${bob.localPort}, ${rest}`)
  await alice.reset()

  // Carol may be accepted in the very turn of the server's loop that has not seen the reset yet; dave comes in a later one.
  const carol = await server.connect('carol')
  await carol.expectLine(`you are ${carol.localAddress}:${carol.localPort}, ${rest}`)
  const dave = await server.connect('dave')
  await dave.expectLine(`you are ${dave.localAddress}:${dave.localPort}, ${rest}`)
})

test('keeps listening after a client that was gone before it was accepted', async () => {
  const server = await startServer()

  await server.signal('SIGSTOP')
  const alice = await server.connect('alice')
  await alice.reset()
  await server.signal('SIGCONT')

  const bob = await server.connect('bob')
  await bob.expectLine(`you are ${bob.localAddress}:${bob.localPort}, I am ${server.host}:${server.port}`)
})

async function isTold(server: Server, name: string) {
  const guest = await server.connect(name)
  await guest.expectLine(
    `you are ${guest.localAddress}:${guest.localPort}, I am ${server.host}:${server.port}`,
  )
}
