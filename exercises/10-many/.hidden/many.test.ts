import {
  allow,
  everyWay,
  expectSame,
  meanwhile,
  oneAfterAnother,
  type Peer,
  random,
  startServer,
} from '#harness'

const MIB = 1024 * 1024
const LONGEST = 'primes 50000000\n'
const LONGEST_ANSWER = 'primes 3001134\n'

test('answers ping with pong, as often as it is asked', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')

  await ask(alice, 'ping', 'pong')
  await bob.send('ping\nping\n')
  await bob.expect('pong\npong\n')
  await ask(alice, 'ping', 'pong')
})

test('counts the primes below a number', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const some = random.int(1_000, 9_999)
  const many = random.int(100_000, 999_999)

  await ask(alice, 'primes 10', 'primes 4')
  await ask(alice, 'primes 11', 'primes 4')
  await ask(alice, 'primes 0', 'primes 0')
  await ask(alice, 'primes 2', 'primes 0')
  await ask(alice, 'primes 3', 'primes 1')
  await ask(alice, `primes ${some}`, `primes ${primesBelow(some)}`)
  await ask(alice, `primes ${many}`, `primes ${primesBelow(many)}`)
})

test('answers a sleep when it is over', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const ms = random.int(20, 80)

  await ask(alice, `sleep ${ms}`, `slept ${ms}`)
  await ask(alice, 'sleep 0', 'slept 0')
})

test('answers any other line with an error, and goes on', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')

  await expectError(alice, random.letters(6))
  await expectError(alice, '')
  await expectError(alice, 'PING')
  await expectError(alice, 'ping pong')
  await expectError(alice, 'sleep')
  await expectError(alice, 'primes 10 20')
  await expectError(alice, 'constructor 1')
  await ask(alice, 'ping', 'pong')
})

test('answers what is not a number with an error, and goes on', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const number = random.int(10, 99)

  await expectError(alice, `sleep ${random.letters(4)}`)
  await expectError(alice, `primes ${number}abc`)
  await expectError(alice, 'sleep ')
  await expectError(alice, `primes -${number}`)
  await expectError(alice, 'sleep 1e1')
  await expectError(alice, 'primes 0x10')
  await expectError(alice, 'sleep 0.5')
  await expectError(alice, 'primes NaN')
  await expectError(alice, 'sleep -0')
  await alice.send(`primes ${number}\n`)
  await alice.expect(`primes ${primesBelow(number)}\n`)
})

test('answers a number that is too large with an error, and goes on', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')

  await expectError(alice, 'sleep 60001')
  await expectError(alice, 'sleep 4294967296') // which setTimeout takes for 1
  await expectError(alice, 'primes 50000001')
  await expectError(alice, 'primes 4294967306')
  await expectError(alice, `primes ${'9'.repeat(400)}`)
  await ask(alice, 'primes 10', 'primes 4')
})

test(
  'counts the primes below 50,000,000',
  meanwhile(async () => {
    allow(30)
    const server = await startServer()
    const alice = await server.connect('alice')

    await alice.send(LONGEST)

    await alice.expect(LONGEST_ANSWER)
  }),
)

test('answers each client in the order of its own commands', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const n = random.int(2_000_000, 3_000_000)

  await alice.send(`sleep 60\nping\nprimes ${n}\nsleep 1\nprimes 10\nping\nwhat\nping\n`)

  await alice.expect(`slept 60\npong\nprimes ${primesBelow(n)}\nslept 1\nprimes 4\npong\n`)
  await expectSame(withoutText(await alice.readLine()), 'error …', 'answer "what" with')
  await alice.expect('pong\n')
})

test('answers others while a client sleeps', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')

  await alice.send('sleep 60000\nping\n')
  await bob.send('ping\nsleep 20\nprimes 10\n')

  await bob.expect('pong\nslept 20\nprimes 4\n')
})

test('sleeps at least as long as it is asked to', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')

  await alice.send('sleep 60000\n')
  await bob.send('ping\n')
  await bob.expect('pong\n')
  // Whatever a timer of a few seconds or less would do has been done by then.
  await server.untilNoTimer()

  await alice.expectNothing()
})

test('makes a line that comes later wait for its turn too', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')

  await alice.sendInPieces('sleep 60000\nping\n', [12, 5])
  await bob.send('ping\n')

  await bob.expect('pong\n')
  await alice.expectNothing()
})

test('answers a ping before the primes that others wait for', async () => {
  const server = await startServer()
  const guests = await connect(4, server)
  const alice = await server.connect('alice')

  await Promise.all(guests.map((guest) => guest.send(LONGEST)))
  await alice.send('ping\nsleep 1\n')

  await alice.expect('pong\nslept 1\n')
  await Promise.all(guests.map((guest) => guest.expectNothing()))
  await Promise.all(guests.map((guest) => guest.reset()))
})

test('gives each client its own answers', async () => {
  const server = await startServer()
  const guests = await connect(40, server)
  const numbers = guests.map((_, i) => random.int(1_000, 1_999) + i * 1_000)

  await Promise.all(guests.map((guest, i) => guest.send(`primes ${numbers[i]}\nsleep ${i}\n`)))

  await Promise.all(
    guests.map((guest, i) => guest.expect(`primes ${primesBelow(Number(numbers[i]))}\nslept ${i}\n`)),
  )
})

test('serves 500 clients at once', async () => {
  allow(60)
  const server = await startServer()
  const guests = await connect(500, server)

  await Promise.all(guests.map((guest) => guest.send('ping\nsleep 50\nping\n')))
  await expectEach(guests, 'pong\nslept 50\npong\n')

  await Promise.all(guests.map((guest) => guest.send('sleep 60000\n')))
  const alice = await server.connect('alice')
  await alice.send('ping\nsleep 1\nprimes 10\n')
  await alice.expect('pong\nslept 1\nprimes 4\n')
})

test('sends all answers to a client that has ended, then ends too', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')
  const n = random.int(1_000_000, 2_000_000)

  await alice.send(`sleep 50\nprimes ${n}\nping\n`)
  await alice.end()
  await bob.end()

  await alice.expect(`slept 50\nprimes ${primesBelow(n)}\npong\n`)
  await alice.expectEnd()
  await bob.expectEnd()
})

test('does not answer an unfinished last line', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')

  await alice.send('sleep 10\nping')
  await alice.end()
  await bob.send('ping')
  await bob.end()

  await alice.expect('slept 10\n')
  await alice.expectEnd()
  await bob.expectEnd()
})

test('answers the same however the bytes are cut', async () => {
  allow(20)
  const server = await startServer()
  const n = random.int(100, 999)

  await everyWay(server, [
    { send: 'ping\r\n', expect: 'pong\n' },
    { send: `primes ${n}\n`, expect: `primes ${primesBelow(n)}\n` },
    { send: 'sleep 1\n', expect: 'slept 1\n' },
  ])
})

test('serves the others when clients reset while they wait', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')
  const carol = await server.connect('carol')

  await alice.send('ping\nsleep 30\nping\n')
  await alice.expect('pong\n')
  await alice.reset()
  await bob.send('ping\nprimes 9000000\nping\n')
  await bob.expect('pong\n')
  await bob.reset()
  // If their answers are still made, they are ready by then.
  await server.untilNoTimer()

  await carol.send('ping\nsleep 1\n')
  await carol.expect('pong\nslept 1\n')
})

test(
  'stops counting for a client that has gone',
  meanwhile(async () => {
    allow(30)
    const server = await startServer()
    const alice = await server.connect('alice')
    const toTheEnd = await server.cpuTime(async () => {
      await alice.send(LONGEST)
      await alice.expect(LONGEST_ANSWER)
    })

    await server.expectCpuTime(
      () =>
        oneAfterAnother(10, async (name) => {
          const guest = await server.connect(name)
          await guest.send(`ping\n${LONGEST.repeat(3)}`)
          await guest.expect('pong\n')
          await guest.reset()
          await server.untilIdle()
        }),
      { within: 5 * toTheEnd, on: 'ten clients who leave at once than on five who wait for their primes' },
    )
  }),
)

test('counts for the next client when others have gone', async () => {
  allow(20)
  const server = await startServer()
  await oneAfterAnother(16, async (name) => {
    const guest = await server.connect(name)
    await guest.send(`ping\n${LONGEST}`)
    await guest.expect('pong\n')
    await guest.reset()
  })
  const bob = await server.connect('bob')
  const n = random.int(1_000, 9_999)

  await bob.send(`primes ${n}\nping\n`)

  await bob.expect(`primes ${primesBelow(n)}\npong\n`)
})

test(
  'does not keep a worker for each count',
  meanwhile(async () => {
    allow(30)
    const server = await startServer()
    // A worker of Node's costs 8 MiB and more, a process of its own 15. A server with a worker for each core stays far below this.
    server.limitMemory({ within: 400 * MIB, of: await server.memory() })

    await oneAfterAnother(80, async (name) => {
      const guest = await server.connect(name)
      await guest.send('primes 10\n')
      await guest.expect('primes 4\n')
      await guest.end()
      await guest.expectEnd()
    })
  }),
)

async function ask(peer: Peer, line: string, answer: string): Promise<void> {
  await peer.send(`${line}\n`)
  await peer.expect(`${answer}\n`)
}

/** Whatever the error says: every text will do. */
async function expectError(peer: Peer, line: string): Promise<void> {
  await peer.send(`${line}\n`)
  await expectSame(withoutText(await peer.readLine()), 'error …', `answer ${JSON.stringify(line)} with`)
}

function withoutText(line: string): string {
  return line.replace(/^error \S.*$/, 'error …')
}

/** The last first: when it has its answer, most of the others have theirs, and need not be waited for. */
async function expectEach(guests: readonly Peer[], answer: string): Promise<void> {
  for (const guest of [...guests].reverse()) await guest.expect(answer)
}

async function connect(count: number, server: { connect(name: string): Promise<Peer> }): Promise<Peer[]> {
  const guests: Peer[] = []
  await oneAfterAnother(count, async (name) => {
    guests.push(await server.connect(name))
  })
  return guests
}

function primesBelow(n: number): number {
  const composite = new Uint8Array(n)
  for (let i = 2; i * i < n; i += 1) {
    if (!composite[i]) for (let multiple = i * i; multiple < n; multiple += i) composite[multiple] = 1
  }
  return composite.subarray(2).filter((mark) => mark === 0).length
}
