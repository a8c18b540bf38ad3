import { meanwhile, oneAfterAnother, random, startServer } from '#harness'

const MIB = 1024 * 1024

test('echoes a line', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const line = `hello ${random.word()}\n`

  await alice.send(line)

  await alice.expect(line)
})

test('echoes text that has no newline', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const text = `login: ${random.word()}`

  await alice.send(text)

  await alice.expect(text)
})

test('echoes every byte value', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bytes = Uint8Array.from({ length: 256 }, (_, value) => value)

  await alice.send(bytes)

  await alice.expect(bytes)
})

test('echoes each byte before the next is sent', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')

  await alice.send('h')
  await alice.expect('h')
  await alice.send('i')
  await alice.expect('i')
  await alice.send('\n')
  await alice.expect('\n')
})

test('echoes many messages on one connection', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const name = random.word()

  await alice.send(`i am ${name}\n`)
  await alice.expect(`i am ${name}\n`)
  await alice.send('\n')
  await alice.expect('\n')
  await alice.send('quit\n')
  await alice.expect('quit\n')
  await alice.send('exit\n')
  await alice.expect('exit\n')

  await alice.send('what?\n')
  await alice.send(`i said ${name}\n`)
  await alice.expect(`what?\ni said ${name}\n`)
})

test('echoes 4 MiB while it is still being sent', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bytes = random.bytes(4 * MIB)

  await Promise.all([alice.send(bytes), alice.expect(bytes)])
})

test('serves many clients at once, and keeps them apart', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')
  const [toAlice, toBob] = [random.bytes(MIB), random.bytes(MIB)]

  await bob.send('i am bob\n')
  await bob.expect('i am bob\n')
  await alice.send('i am alice\n')
  await alice.expect('i am alice\n')

  await Promise.all([alice.send(toAlice), bob.send(toBob), alice.expect(toAlice), bob.expect(toBob)])

  await oneAfterAnother(12, async (name) => {
    // Four who say nothing, and take up room all the same: in the end there are 62 clients.
    await oneAfterAnother(4, async () => {
      await server.connect('somebody')
    })
    const guest = await server.connect(name)
    // Once bob has been answered, the server has seen who came before he spoke.
    await bob.send('next, please\n')
    await bob.expect('next, please\n')
    await guest.send(`i am ${name}\n`)
    await guest.expect(`i am ${name}\n`)
  })
})

test('ends when the client ends', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')

  await alice.send('goodbye\n')
  await alice.expect('goodbye\n')
  await alice.end()

  await alice.expectEnd()
  await bob.send('still there?\n')
  await bob.expect('still there?\n')
  await bob.end()
  await bob.expectEnd()
  const carol = await server.connect('carol')
  await carol.send('hello\n')
  await carol.expect('hello\n')
})

test('echoes what comes just before the end', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const text = random.text(1000)

  await alice.send(text)
  await alice.end()

  await alice.expect(text)
  await alice.expectEnd()
})

test(
  'waits for a slow reader before it ends',
  meanwhile(async () => {
    const server = await startServer()
    const alice = await server.connect('alice')
    const bob = await server.connect('bob')
    const bytes = random.bytes(8 * MIB)

    // More than the kernel holds for a client that does not read. The rest waits in the server or in alice, so she
    // cannot be waited for; but the server comes to rest, and one that gives her so much time and no more has closed by then.
    alice.pause()
    const sent = [alice.send(bytes), alice.end()]
    await server.untilNoTimer()
    await bob.send('do i have to wait for alice?\n')
    await bob.expect('do i have to wait for alice?\n')
    alice.resume()

    await Promise.all([...sent, alice.expect(bytes)])
    await alice.expectEnd()
  }),
)

test('survives a client that resets', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')

  await alice.send('hello\n')
  await alice.expect('hello\n')
  await alice.reset()

  await bob.send('still there?\n')
  await bob.expect('still there?\n')
  const carol = await server.connect('carol')
  await carol.send('hello\n')
  await carol.expect('hello\n')
})

test(
  'survives a client that resets before it has read all',
  meanwhile(async () => {
    const server = await startServer()
    const alice = await server.connect('alice')
    const bob = await server.connect('bob')

    // She reads nothing: once the server rests, it has bytes that it could not send.
    alice.pause()
    const sent = [alice.send(Buffer.alloc(8 * MIB)), alice.end()]
    await server.untilIdle()
    await alice.reset()

    await bob.send('still there?\n')
    await bob.expect('still there?\n')
    const carol = await server.connect('carol')
    await carol.send('hello\n')
    await carol.expect('hello\n')
    await Promise.all(sent)
  }),
)
