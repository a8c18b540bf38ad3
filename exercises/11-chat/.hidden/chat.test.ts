import {
  allow,
  expectSame,
  meanwhile,
  type Peer,
  random,
  type Server,
  startServer,
  untilDropped,
} from '#harness'

const MAX_LINE_BYTES = 4096
const MIB = 1024 * 1024

test('welcomes a newcomer with the names of all who are in the room', async () => {
  const server = await startServer()

  const carol = await server.connect('carol')
  await carol.send('carol\n')
  await carol.expect('* here: carol\n')
  const alice = await server.connect('alice')
  await alice.send('alice\n')
  await alice.expect('* here: carol, alice\n')
  const bob = await server.connect('bob')
  await bob.send('bob\n')
  await bob.expect('* here: carol, alice, bob\n')

  await carol.expect('* alice joined\n* bob joined\n')
  await alice.expect('* bob joined\n')
})

test('passes a message on to everyone but its sender', async () => {
  const server = await startServer()
  const [alice, bob, carol] = await join(server, 'alice', 'bob', 'carol')
  const [first, second, third] = [random.line(), random.line(), random.line()]

  await alice.send(`${first}\n`)
  await bob.expect(`alice: ${first}\n`)
  await carol.expect(`alice: ${first}\n`)
  await bob.send(`${second}\n`)
  await alice.expect(`bob: ${second}\n`)
  await carol.expect(`bob: ${second}\n`)
  await carol.send(`${third}\n`)
  await alice.expect(`carol: ${third}\n`)
  await bob.expect(`carol: ${third}\n`)
})

test('sends nothing to a client without a nickname', async () => {
  const server = await startServer()
  const carol = await server.connect('carol')
  const [alice, bob] = await join(server, 'alice', 'bob')
  const [text, more] = [random.line(), random.line()]

  await alice.send(`${text}\n`)
  await bob.expect(`alice: ${text}\n`)
  await carol.expectNothing()
  await bob.send(`${more}\n`)
  await alice.expect(`bob: ${more}\n`)
  await carol.expectNothing()

  await carol.send('carol\n')
  await carol.expect('* here: alice, bob, carol\n')
  await alice.expect('* carol joined\n')
  await bob.expect('* carol joined\n')
})

test('takes each line of a segment, and waits for the rest of a line', async () => {
  const server = await startServer()
  const [alice] = await join(server, 'alice')
  const bob = await server.connect('bob')
  const [first, second, third] = [random.line(), random.line(), random.line()]

  await bob.send(`bob\n${first}\n${second}\n${third}`)
  await bob.expect('* here: alice, bob\n')
  await alice.expect(`* bob joined\nbob: ${first}\nbob: ${second}\n`)
  await bob.send('!\n')
  await alice.expect(`bob: ${third}!\n`)
})

test('passes a line on once it is complete, however it is cut', async () => {
  const server = await startServer()
  const [alice] = await join(server, 'alice')
  const bob = await server.connect('bob')
  const text = `${random.word()} żółw 🐢 ${random.word()}`

  await bob.sendInPieces(`bob\r\n${text}\r\n`)

  await bob.expect('* here: alice, bob\n')
  await alice.expect(`* bob joined\nbob: ${text}\n`)
})

test('leaves the text of a message as it is', async () => {
  const server = await startServer()
  const [alice, bob] = await join(server, 'alice', 'bob')
  const [first, second] = [random.word(), random.word()]

  await alice.send(`  ${first}\t\v\f${second}  \n`)
  await bob.expect(`alice:   ${first}\t\v\f${second}  \n`)
  await alice.send(`${first}\r${second}\u0085${first}\u2028${second}\n`)
  await bob.expect(`alice: ${first}\r${second}\u0085${first}\u2028${second}\n`)
  await alice.send(`\ufeff${first}\0${second}\n`)
  await bob.expect(`alice: \ufeff${first}\0${second}\n`)
  await alice.send(`${first}\t\n`)
  await bob.expect(`alice: ${first}\t\n`)
  await alice.send('\n\r\n')
  await bob.expect('alice: \nalice: \n')
  await alice.send(`* ${first} left\n`)
  await bob.expect(`alice: * ${first} left\n`)
  await alice.send('/quit\n')
  await bob.expect('alice: /quit\n')
})

test('keeps the half lines of two clients apart', async () => {
  const server = await startServer()
  const [alice, bob, carol] = await join(server, 'alice', 'bob', 'carol')
  const [first, second] = [random.line(), random.line()]

  await alice.sendInPieces(first, [9])
  await bob.sendInPieces(second, [9])
  await alice.send('!\n')
  await carol.expect(`alice: ${first}!\n`)
  await bob.expect(`alice: ${first}!\n`)
  await bob.send('?\n')
  await carol.expect(`bob: ${second}?\n`)
  await alice.expect(`bob: ${second}?\n`)
})

test(
  'does not take a pause for the end of a line',
  meanwhile(async () => {
    const server = await startServer()
    const [alice, bob] = await join(server, 'alice', 'bob')
    const carol = await server.connect('carol')
    const text = random.line()

    await carol.send('car')
    await alice.send(text)
    // However long they take for the rest: who does something by the clock has done it now.
    await server.untilNoTimer()
    await alice.send('!\n')
    await bob.expect(`alice: ${text}!\n`)
    await carol.send('ol\n')

    await carol.expect('* here: alice, bob, carol\n')
    await alice.expect('* carol joined\n')
    await bob.expect('* carol joined\n')
  }),
)

test('takes 1 to 16 letters and digits for a nickname', async () => {
  const server = await startServer()
  const longest = `Z9${random.letters(14)}`

  await join(server, random.pick(['a', 'm', '7']), longest, '0', 'constructor', 'undefined')
})

test('refuses any other nickname, and ends the connection', async () => {
  const server = await startServer()
  const [alice] = await join(server, 'alice')

  await expectRefusal(server, '\n', 'bad nickname')
  await expectRefusal(server, `${random.letters(17)}\n`, 'bad nickname')
  await expectRefusal(server, `${random.word()} ${random.letters(3)}\n`, 'bad nickname')
  await expectRefusal(server, ' bob\n', 'bad nickname')
  await expectRefusal(server, 'bob \n', 'bad nickname')
  await expectRefusal(server, 'bob\r\r\n', 'bad nickname')
  await expectRefusal(server, 'big_bob\n', 'bad nickname')
  await expectRefusal(server, `${random.pick(['bob!', '*', 'bob:', '-bob'])}\n`, 'bad nickname')
  await expectRefusal(server, `${random.pick(['żółw', 'bøb', '李'])}\n`, 'bad nickname')
  await expectRefusal(server, '\u212a\n', 'bad nickname')

  await expectQuiet(server, alice)
})

test('refuses a nickname that somebody has', async () => {
  const server = await startServer()
  await join(server, 'alice', 'bob')

  await expectRefusal(server, 'bob\n', 'nickname taken')
  await expectRefusal(server, 'alice\r\n', 'nickname taken')
})

test('lets a nickname stay with its owner when it refuses it to somebody else', async () => {
  const server = await startServer()
  const [alice, bob] = await join(server, 'alice', 'bob')
  const text = random.word()

  await expectRefusal(server, 'bob\n', 'nickname taken')
  await expectRefusal(server, 'bob\n', 'nickname taken')
  await alice.send(`${text}\n`)
  await bob.expect(`alice: ${text}\n`)

  await expectQuiet(server, alice, bob)
})

test('treats bob and BOB as the same nickname, and shows it as it was typed', async () => {
  const server = await startServer()
  const [alice, bob] = await join(server, 'alice', 'BoB')
  const text = random.word()

  await expectRefusal(server, 'bob\n', 'nickname taken')
  await expectRefusal(server, 'BOB\n', 'nickname taken')
  await expectRefusal(server, 'Alice\n', 'nickname taken')
  await bob.send(`${text}\n`)
  await alice.expect(`BoB: ${text}\n`)
})

test('ignores whatever follows a refused nickname', async () => {
  const server = await startServer()
  const [alice] = await join(server, 'alice')
  const mallory = await server.connect('mallory')
  const text = random.word()

  await mallory.send(`mallory!\nmallory\n${text}\n`)
  await mallory.expect('error bad nickname\n')
  await mallory.expectEnd()
  await mallory.send(`mallory\n${text}\n`)
  await mallory.end()

  await expectQuiet(server, alice)
})

test('gives a nickname to one of many who ask for it at once', async () => {
  const server = await startServer()
  const guests = await Promise.all(Array.from({ length: 8 }, (_, i) => server.connect(`guest ${i + 1}`)))

  await Promise.all(guests.map((guest) => guest.sendInPieces('bo')))
  await server.whileStopped(() => Promise.all(guests.map((guest) => guest.send('b\n'))))

  const answers = await Promise.all(guests.map((guest) => guest.readLine()))
  await expectSame(
    answers.toSorted(),
    ['* here: bob', ...Array(7).fill('error nickname taken')],
    'answer 8 clients that all ask for bob with',
  )
})

test('announces a client that ends (FIN), once, and ends too', async () => {
  const server = await startServer()
  const [alice, bob, carol] = await join(server, 'alice', 'bob', 'carol')
  const text = random.line()

  await bob.send(`${text}\n`)
  await bob.end()
  await bob.expectEnd()
  await alice.expect(`bob: ${text}\n* bob left\n`)
  await carol.expect(`bob: ${text}\n* bob left\n`)

  await expectQuiet(server, alice, carol)
})

test('announces a client that resets (RST), once', async () => {
  const server = await startServer()
  const [alice, bob, carol] = await join(server, 'alice', 'bob', 'carol')

  await bob.reset()
  await alice.expect('* bob left\n')
  await carol.expect('* bob left\n')

  await expectQuiet(server, alice, carol)
})

test('says nothing about a client that leaves without a nickname', async () => {
  const server = await startServer()
  const [alice] = await join(server, 'alice')
  const bob = await server.connect('bob')
  const carol = await server.connect('carol')
  const dave = await server.connect('dave')

  await bob.reset()
  await carol.sendInPieces('carol')
  await carol.reset()
  await dave.send('dave')
  await dave.end()
  await dave.expectEnd()

  await expectQuiet(server, alice)
})

test('does not pass on an unfinished line', async () => {
  const server = await startServer()
  const [alice, bob, carol] = await join(server, 'alice', 'bob', 'carol')

  await bob.send(random.line())
  await bob.end()
  await bob.expectEnd()
  await alice.expect('* bob left\n')
  await carol.sendInPieces(random.line(), [9])
  // It has read her half line: a reset throws away what is unread.
  await server.untilIdle()
  await carol.reset()
  await alice.expect('* carol left\n')
})

test('frees a nickname when its owner leaves', async () => {
  const server = await startServer()
  const [alice, bob, carol] = await join(server, 'alice', 'Bob', 'carol')

  await bob.end()
  await alice.expect('* Bob left\n')
  await carol.reset()
  await alice.expect('* carol left\n')
  await bob.expectEnd()

  const again = await server.connect('bob')
  await again.send('bob\n')
  await again.expect('* here: alice, bob\n')
  await alice.expect('* bob joined\n')
  const other = await server.connect('carol')
  await other.send('carol\n')
  await other.expect('* here: alice, bob, carol\n')
  await alice.expect('* carol joined\n')
  await again.expect('* carol joined\n')
})

test('passes on a line of 4,096 bytes', async () => {
  const server = await startServer()
  const [alice, bob] = await join(server, 'alice', 'bob')
  const [first, second] = [random.line(MAX_LINE_BYTES), random.line(MAX_LINE_BYTES)]

  await alice.send(`${first}\n${second}\n`)
  await alice.sendInPieces(`${first}\n`, [MAX_LINE_BYTES, 1])

  await bob.expect(`alice: ${first}\nalice: ${second}\nalice: ${first}\n`)
})

test('refuses a longer line without waiting for its end, and announces that its sender left', async () => {
  const server = await startServer()
  const [alice, bob, carol] = await join(server, 'alice', 'bob', 'carol')
  const text = random.word()

  await bob.send(`${text}\n${random.line(MAX_LINE_BYTES + 1)}`)
  await bob.expect('error line too long\n')
  await bob.expectEnd()
  await alice.expect(`bob: ${text}\n* bob left\n`)
  await carol.expect(`bob: ${text}\n* bob left\n`)
  await carol.send(`${random.line(MAX_LINE_BYTES + 1)}\n${text}\n`)
  await carol.expect('error line too long\n')
  await carol.expectEnd()
  await alice.expect('* carol left\n')
  await bob.end()
  await carol.end()

  await expectQuiet(server, alice)
})

test('counts the bytes of a line, not its characters, and a CR too', async () => {
  const server = await startServer()
  const [alice, bob] = await join(server, 'alice', 'bob')

  await alice.send(`${'ż'.repeat(MAX_LINE_BYTES / 2)}x`)
  await alice.expect('error line too long\n')
  await alice.expectEnd()
  await bob.expect('* alice left\n')
  await bob.send(`${random.line(MAX_LINE_BYTES)}\r\n`)
  await bob.expect('error line too long\n')
  await bob.expectEnd()
})

test('refuses a nickname that never ends', async () => {
  const server = await startServer()
  const [alice] = await join(server, 'alice')

  await expectRefusal(server, random.letters(MAX_LINE_BYTES + 1), 'line too long')
  await expectRefusal(server, `${random.letters(MAX_LINE_BYTES)}\n`, 'bad nickname')

  await expectQuiet(server, alice)
})

test('ends with FIN, not RST, although a long line goes on', async () => {
  const server = await startServer()
  const [alice, bob] = await join(server, 'alice', 'bob')

  // More than is read in one go: the server has refused the line long before its end.
  const sent = alice.send(random.line(1024).repeat(4 * 1024))

  await alice.expect('error line too long\n')
  await sent
  await alice.expectEnd({ clean: true })
  await bob.expect('* alice left\n')
})

test('tells everyone about everyone when many join at once', async () => {
  const server = await startServer()
  const names = Array.from({ length: 8 }, (_, i) => `guest${i + 1}`)
  const guests = await Promise.all(names.map((name) => server.connect(name)))

  await server.whileStopped(() => Promise.all(guests.map((guest) => guest.send(`${guest.name}\n`))))

  const lists = await Promise.all(guests.map((guest) => guest.readLine()))
  const order =
    lists
      .map((list) => list.replace('* here: ', '').split(', '))
      .toSorted((a, b) => b.length - a.length)[0] ?? []
  await expectSame(order.toSorted(), names, 'tell whoever joins last that there are')
  const upTo = (name: string) => order.slice(0, order.indexOf(name) + 1)
  const after = (name: string) => order.slice(order.indexOf(name) + 1)
  await expectSame(
    lists,
    names.map((name) => `* here: ${upTo(name).join(', ')}`),
    'welcome them with',
  )
  await Promise.all(
    guests.map((guest) => guest.expect(terminated(after(guest.name).map((name) => `* ${name} joined`)))),
  )
})

test("keeps one sender's messages in order", async () => {
  const server = await startServer()
  const [alice, bob] = await join(server, 'alice', 'bob')
  const lines = numbered(500)

  await alice.send(terminated(lines))

  await bob.expect(terminated(lines.map((line) => `alice: ${line}`)))
})

test('sends all messages to everyone in the same order', async () => {
  const server = await startServer()
  const [alice, bob, carol, dave] = await join(server, 'alice', 'bob', 'carol', 'dave')
  const lines = numbered(100)

  await server.whileStopped(() => Promise.all([alice, bob].map((peer) => peer.send(terminated(lines)))))

  // In which order is the server's choice. Everyone is told the same, but for what they have said themselves.
  const heard = await carol.readLines(2 * lines.length)
  const without = (name: string) => heard.filter((line) => !line.startsWith(`${name}: `))
  await dave.expect(heard.map((line) => `${line}\n`).join(''))
  await alice.expect(
    without('alice')
      .map((line) => `${line}\n`)
      .join(''),
  )
  await bob.expect(
    without('bob')
      .map((line) => `${line}\n`)
      .join(''),
  )
})

test('passes messages on when one of their receivers has just reset', async () => {
  const server = await startServer()
  const [alice, bob, carol] = await join(server, 'alice', 'bob', 'carol')
  const [first, second] = [random.line(), random.line()]

  // Bob leaves while bytes for him are on their way; then more are written, before or after his RST is seen.
  bob.pause()
  await alice.send(`${first}\n`)
  await carol.expect(`alice: ${first}\n`)
  await server.whileStopped(() => Promise.all([alice.send(`${second}\n`), bob.reset()]))

  const heard = await carol.readLines(2)
  await expectSame(heard.toSorted(), ['* bob left', `alice: ${second}`], 'send carol, in any order,')
  await alice.expect('* bob left\n')
  await expectQuiet(server, alice, carol)
})

test('closes every connection that is over', async () => {
  const server = await startServer()
  const idle = await server.sockets()
  const [alice, bob] = await join(server, 'alice', 'bob')
  const carol = await server.connect('carol')
  const dave = await server.connect('dave')

  await carol.send('bob\nbob\n')
  await carol.expect('error nickname taken\n')
  await carol.expectEnd()
  await carol.send(`${random.line()}\n`)
  await carol.end()
  await dave.end()
  await dave.expectEnd()
  await alice.end()
  await alice.expectEnd()
  await bob.reset()

  await server.expectSockets(idle)
})

test(
  'keeps up to 8 MiB for a client that does not read, and delays nobody',
  meanwhile(async () => {
    allow(20)
    const server = await startServer()
    const [alice, bob, dave, carol] = await join(server, 'alice', 'bob', 'dave', 'carol')
    const lines = Array<string>(1900).fill(random.line(MAX_LINE_BYTES))
    const said = terminated(lines.map((line) => `alice: ${line}`))

    dave.pause()
    const sent = alice.send(terminated(lines))
    await Promise.all([sent, bob.expect(said), carol.expect(said)])
    await carol.send('hello\n')
    await bob.expect('carol: hello\n')
    await alice.expect('carol: hello\n')
    dave.resume()
    await dave.expect(`${said}carol: hello\n`)

    await dave.send('sorry\n')
    await bob.expect('dave: sorry\n')
    await carol.expect('dave: sorry\n')
    await alice.expect('dave: sorry\n')
  }),
)

test(
  'announces at once that a client has ended, and still sends it what was said before',
  meanwhile(async () => {
    allow(20)
    const server = await startServer()
    const [alice, bob, dave] = await join(server, 'alice', 'bob', 'dave')
    const lines = Array<string>(1900).fill(random.line(MAX_LINE_BYTES))
    const said = terminated(lines.map((line) => `alice: ${line}`))

    dave.pause()
    const sent = alice.send(terminated(lines))
    await Promise.all([sent, bob.expect(said)])
    await dave.end()
    await alice.expect('* dave left\n')
    await bob.expect('* dave left\n')
    await alice.send('too late\n')
    await bob.expect('alice: too late\n')
    dave.resume()

    await dave.expect(said)
    await dave.expectEnd()
  }),
)

test(
  'survives a client that ends, reads nothing, and resets',
  meanwhile(async () => {
    allow(20)
    const server = await startServer()
    const [alice, bob, dave] = await join(server, 'alice', 'bob', 'dave')
    const lines = Array<string>(1900).fill(random.line(MAX_LINE_BYTES))
    const said = terminated(lines.map((line) => `alice: ${line}`))

    dave.pause()
    const sent = alice.send(terminated(lines))
    await Promise.all([sent, bob.expect(said)])
    await dave.end()
    await alice.expect('* dave left\n')
    await bob.expect('* dave left\n')
    await dave.reset()

    await expectQuiet(server, alice, bob)
  }),
)

test(
  'drops a client that does not read, before 16 MiB wait for it',
  meanwhile(async () => {
    allow(30)
    const server = await startServer()
    const [alice, bob, dave, carol] = await join(server, 'alice', 'bob', 'dave', 'carol')
    const line = random.line(MAX_LINE_BYTES)
    const told: Record<string, string[]> = { bob: [], carol: [] }
    const hear = async (peer: Peer) => {
      const lines = await peer.readLines(128)
      told[peer.name]?.push(...lines.map((each) => (each === `alice: ${line}` ? 'message' : each)))
    }

    dave.pause()
    await untilDropped(dave, {
      within: 16 * MIB,
      speak: async () => {
        await Promise.all([alice.send(`${line}\n`.repeat(128)), hear(bob), hear(carol)])
        return 128 * `alice: ${line}\n`.length
      },
    })

    await alice.expect('* dave left\n')
    await bob.expect(told.bob?.includes('* dave left') ? `alice: ${line}\n` : '* dave left\n')
    await carol.expect(told.carol?.includes('* dave left') ? `alice: ${line}\n` : '* dave left\n')
    const [bobs, carols] = [told.bob?.indexOf('* dave left'), told.carol?.indexOf('* dave left')]
    await expectSame(carols, bobs, 'tell carol that dave left after as many messages as bob:')
    await expectQuiet(server, alice, bob, carol)
  }),
)

/** Clients that have joined one after the other, each of whom knows of those who came later. */
async function join<Names extends readonly string[]>(
  server: Server,
  ...names: Names
): Promise<{ [Place in keyof Names]: Peer }> {
  const members: Peer[] = []
  for (const name of names) {
    const peer = await server.connect(name)
    await peer.send(`${name}\n`)
    await peer.expect(`* here: ${[...members.map((member) => member.name), name].join(', ')}\n`)
    await Promise.all(members.map((member) => member.expect(`* ${name} joined\n`)))
    members.push(peer)
  }
  return members as { [Place in keyof Names]: Peer }
}

/** A newcomer whose first line is answered with this error, and FIN. */
async function expectRefusal(server: Server, line: string, reason: string): Promise<void> {
  const mallory = await server.connect('mallory')
  await mallory.send(line)
  await mallory.expect(`error ${reason}\n`)
  await mallory.expectEnd()
  await mallory.end()
}

/** A fence: these, and nobody else, are in the room, and the next thing that they hear is that zoe joins. */
async function expectQuiet(server: Server, ...members: Peer[]): Promise<void> {
  const zoe = await server.connect('zoe')
  await zoe.send('zoe\n')
  await zoe.expect(`* here: ${members.map(({ name }) => name).join(', ')}, zoe\n`)
  await Promise.all(members.map((member) => member.expect('* zoe joined\n')))
}

/** Lines that tell in which order they were sent. */
function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${i + 1} ${random.word()}`)
}

function terminated(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('')
}
