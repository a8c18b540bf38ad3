import {
  allow,
  everyWay,
  expectSame,
  meanwhile,
  oneAfterAnother,
  type Peer,
  random,
  type Server,
  startServer,
} from '#harness'

const MAX_LINE_BYTES = 1024

test('counts the connections that are open', async () => {
  const server = await startServer()

  const alice = await server.connect('alice')
  await alice.send('count\n')
  await alice.expect('connections 1\n')
  const bob = await server.connect('bob')
  await bob.send('count\n')
  await bob.expect('connections 2\n')
  await alice.send('count\n')
  await alice.expect('connections 2\n')

  await server.expectOneListener()
})

test('sends ticks to a subscriber, numbered from 1', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')

  await alice.send('subscribe 20\n')

  await alice.expect(ticks(1, 5))
  await alice.reset()
})

test('sends no tick before its time', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')

  await alice.send('subscribe 60000\n')
  await server.untilIdle()
  await alice.expectNothing()
  await bob.send('subscribe 50\n')
  await bob.expect('tick 1\n')
  await bob.expectDelay(50, 'tick 1')
  await bob.expect(ticks(2, 6))
  await bob.expectDelay(300, 'tick 6')

  await bob.reset()
})

test('answers stop, and sends no tick after that', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')

  await alice.send('subscribe 10\n')
  await alice.expect(ticks(1, 3))
  await alice.send('stop\n')
  await expectTicks(alice, { from: 4, until: 'stopped\n' })
  // Time for five ticks more, if alice's timer still ran.
  await bob.send('subscribe 10\n')
  await bob.expect(ticks(1, 5))

  await alice.expectNothing()
  await bob.reset()
})

test('begins at 1 again after a stop', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')

  await alice.send('subscribe 10\n')
  await alice.expect(ticks(1, 3))
  await alice.send('stop\n')
  await expectTicks(alice, { from: 4, until: 'stopped\n' })
  await alice.send('subscribe 10\n')

  await alice.expect(ticks(1, 3))
  await alice.reset()
})

test('answers stop without a subscription too', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')

  await alice.send('stop\n')
  await alice.expect('stopped\n')
  await alice.send('stop\n')
  await alice.expect('stopped\n')
})

test('replaces a subscription with the next one', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')

  await alice.send('subscribe 10\n')
  await alice.expect(ticks(1, 3))
  await alice.sendInPieces('subscribe 60000\ncount\n', ['subscribe 60000\n'.length])
  await expectTicks(alice, { from: 4, until: 'connections 2\n' })
  await alice.send('subscribe 20\n')
  await alice.expect(ticks(1, 5))
  await alice.send('stop\n')
  await expectTicks(alice, { from: 6, until: 'stopped\n' })
  // Time for ticks of the first subscription, if its timer still ran.
  await bob.send('subscribe 10\n')
  await bob.expect(ticks(1, 5))

  await alice.expectNothing()
  await bob.reset()
})

test('keeps the subscriptions of two clients apart', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')
  const carol = await server.connect('carol')
  await carol.send('count\n')
  await carol.expect('connections 3\n')

  await alice.send('subscribe 10\n')
  await alice.expect(ticks(1, 2))
  await bob.send('subscribe 20\n')
  await bob.expect(ticks(1, 3))
  await alice.send('count\n')
  const next = await expectTicks(alice, { from: 3, until: 'connections 3\n' })
  await alice.expect(ticks(next, next + 2))
  await alice.send('stop\n')
  await expectTicks(alice, { from: next + 3, until: 'stopped\n' })
  await bob.send('count\n')
  const later = await expectTicks(bob, { from: 4, until: 'connections 3\n' })
  await bob.expect(ticks(later, later + 4))

  await alice.expectNothing()
  await carol.expectNothing()
  await bob.reset()
})

test('answers anything else with an error line', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')

  await everyLine(alice, [
    random.word(),
    '',
    'COUNT',
    ' count',
    'count ',
    'count 1',
    'co\runt',
    'counts',
    'stop\t',
    'stop 10',
    'unsubscribe',
    '\0',
    'ż\u2028count',
  ])
  await alice.send(Buffer.from([0xff, 0xfe, 0x80, 0x00, 0x0a]))
  await alice.expect('error bad command\n')
})

test('rejects an interval that is not from 1 to 60000', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')

  await everyLine(
    alice,
    [
      '',
      '0',
      '-5',
      '60001',
      '99999999999',
      '1e3',
      '0x10',
      '2.5',
      '5ms',
      '007',
      '+5',
      ' 5',
      '5 ',
      '5 5',
      'NaN',
      random.word(),
    ].map((ms) => `subscribe ${ms}`),
  )
  await everyLine(alice, ['subscribe', 'subscribe\t10', 'Subscribe 10', ' subscribe 10'])
  // Time for a tick, if one of them had started a timer.
  await bob.send('subscribe 20\n')
  await bob.expect(ticks(1, 3))

  await alice.expectNothing()
  await bob.reset()
})

test('goes on with a subscription after a bad command', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')

  await alice.send('subscribe 10\n')
  await alice.expect(ticks(1, 3))
  await alice.send('subscribe 0\n')
  const next = await expectTicks(alice, { from: 4, until: 'error bad command\n' })

  await alice.expect(ticks(next, next + 3))
  await alice.reset()
})

test('ends when a client half-closes in mid-stream', async () => {
  allow(2)
  const server = await startServer()
  const idle = await server.sockets()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')

  await alice.send('subscribe 10\n')
  await alice.expect(ticks(1, 3))
  await alice.end()

  await expectOnlyTicks(alice, { from: 4 })
  await bob.end()
  await bob.expectEnd()
  await server.expectSockets(idle)
})

test('answers what came before the end, but not half a line', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')

  await server.whileStopped(() => Promise.all([alice.send('stop\ncount\ncou'), alice.end()]))

  await alice.expect('stopped\nconnections 1\n')
  await alice.expectEnd()
})

test('answers the lines of a client in their order', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')

  await alice.send('stop\ncount\r\nwhat\nsubscribe 60000\ncount\nstop\n')

  await alice.expect('stopped\nconnections 1\nerror bad command\nconnections 1\nstopped\n')
})

test('answers the same however the bytes are cut', async () => {
  const server = await startServer()

  await everyWay(server, [
    { send: 'stop\r\n', expect: 'stopped\n' },
    { send: 'what\n', expect: 'error bad command\n' },
  ])
})

test('ends the connection after a line of more than 1,024 bytes', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')

  await alice.send(`${random.line(MAX_LINE_BYTES)}\n`)
  await alice.expect('error bad command\n')
  await alice.sendInPieces(`${random.line(MAX_LINE_BYTES)}\n`, [MAX_LINE_BYTES, 1])
  await alice.expect('error bad command\n')
  await alice.send(random.line(MAX_LINE_BYTES + 1))
  await alice.expect('error line too long\n')
  await alice.expectEnd()

  await bob.send(`stop\n${random.line(MAX_LINE_BYTES + 1)}\ncount\n`)
  await bob.expect('stopped\nerror line too long\n')
  await bob.expectEnd()
})

test('ends with FIN even if the client goes on after a line that is too long', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')

  await alice.send(random.line(MAX_LINE_BYTES + 1))
  await alice.expect('error line too long\n')
  await alice.send('\ncount\n')
  await server.untilIdle()
  await alice.send('count\n')

  await alice.expectEnd({ clean: true })
})

test(
  'leaves no timer behind when a client stops',
  meanwhile(async () => {
    const server = await startServer()
    const alice = await server.connect('alice')

    await alice.send('subscribe 3\n')
    await alice.expect('tick 1\n')
    await oneAfterAnother(19, async () => {
      await alice.send('subscribe 3\n')
      await expectTicks(alice, { from: 2, until: 'tick 1\n' })
    })
    await alice.send('stop\n')
    await expectTicks(alice, { from: 2, until: 'stopped\n' })

    await server.expectRest('now that nobody is subscribed')
  }),
)

test(
  'sends no tick after its own end',
  meanwhile(async () => {
    const server = await startServer()
    const idle = await server.sockets()
    const alice = await server.connect('alice')

    await alice.send('subscribe 3\n')
    await alice.expect(ticks(1, 3))
    await alice.send(random.line(MAX_LINE_BYTES + 1))
    await expectTicks(alice, { from: 4, until: 'error line too long\n' })
    await alice.expectEnd()
    // Her side stays open, and so does the server's socket.
    await server.expectRest('now that it has ended the only subscription')

    await alice.end()
    await server.expectSockets(idle)
  }),
)

test('survives a client that resets in mid-stream', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')

  await bob.send('subscribe 20\n')
  await bob.expect(ticks(1, 2))
  await alice.send('subscribe 10\n')
  await alice.expect(ticks(1, 3))
  await alice.reset()
  await bob.send('stop\n')
  await expectTicks(bob, { from: 3, until: 'stopped\n' })
  await bob.send('subscribe 20\n')
  await bob.expect(ticks(1, 3))

  const carol = await server.connect('carol')
  await carol.send('stop\n')
  await carol.expect('stopped\n')
  await bob.reset()
})

test('counts only the clients that are still there, however the others left', async () => {
  allow(2)
  const server = await startServer()
  const idle = await server.sockets()
  const alice = await server.connect('alice')

  await oneAfterAnother(3, async (name) => {
    const resetting = await subscriber(server, `${name} R`)
    await resetting.reset()
    const ending = await subscriber(server, `${name} F`)
    await ending.end()
    await expectOnlyTicks(ending, { from: 2 })
    const overlong = await subscriber(server, `${name} L`)
    await overlong.send(random.line(MAX_LINE_BYTES + 1))
    await expectTicks(overlong, { from: 2, until: 'error line too long\n' })
    await overlong.end()
    await overlong.expectEnd()

    await server.expectSockets(idle + 1)
    await server.untilIdle()
    await alice.send('count\n')
    await alice.expect('connections 1\n')
  })
})

test(
  'leaves no timer and no socket behind when clients half-close',
  meanwhile(async () => {
    allow(2)
    const server = await startServer()
    const idle = await server.sockets()

    await oneAfterAnother(20, async (name) => {
      const guest = await subscriber(server, name)
      await guest.end()
      await expectOnlyTicks(guest, { from: 2 })
    })

    await server.expectSockets(idle)
    await server.expectRest('now that all have left')
  }),
)

test(
  'leaves no timer and no socket behind after 500 resets',
  meanwhile(async () => {
    allow(15)
    const server = await startServer()
    const idle = await server.sockets()
    const bob = await server.connect('bob')
    await bob.send('subscribe 20\n')

    await Promise.all(
      ['red', 'green', 'blue', 'black', 'white'].map((row) =>
        oneAfterAnother(100, async (name) => {
          const guest = await subscriber(server, `${row} ${name}`)
          await guest.reset()
        }),
      ),
    )

    await bob.send('stop\n')
    await expectTicks(bob, { from: 1, until: 'stopped\n' })
    await server.expectSockets(idle + 1)
    await server.expectRest('now that nobody is subscribed')
    await bob.send('count\n')
    await bob.expect('connections 1\n')
  }),
)

test(
  'survives a reset at every point of a conversation',
  meanwhile(async () => {
    allow(15)
    const server = await startServer()
    const idle = await server.sockets()
    const bob = await server.connect('bob')
    await bob.send('subscribe 20\n')

    await resetAtEveryPoint(server)

    await bob.send('stop\n')
    await expectTicks(bob, { from: 1, until: 'stopped\n' })
    await server.expectSockets(idle + 1)
    await server.expectRest('now that nobody is subscribed')
    await bob.send('count\n')
    await bob.expect('connections 1\n')
  }),
)

test(
  'loses no answer when a slow reader half-closes',
  meanwhile(async () => {
    allow(15)
    const server = await startServer()
    const alice = await server.connect('alice')
    const asked = 300_000

    // More answers than the kernel holds for a client that does not read: the rest waits in the server, and its own end behind it.
    alice.pause()
    await alice.send('subscribe 30\n')
    const sent = [alice.send('\n'.repeat(asked)), alice.end()]
    await server.untilNoTimer()
    alice.resume()

    await Promise.all(sent)
    const answers = (await alice.readToEnd()).replaceAll(/tick \d+\n/g, '')
    await expectSame(
      answers.length / 'error bad command\n'.length,
      asked,
      'answer every line that came before the end:',
    )
  }),
)

/** The lines `tick FROM` to `tick TO`. */
function ticks(from: number, to: number): string {
  return Array.from({ length: to - from + 1 }, (_, i) => `tick ${from + i}\n`).join('')
}

/** Ticks that are still under way come first, each with the next number, then `until`. Returns the number that would have been next. */
async function expectTicks(peer: Peer, { from, until }: { from: number; until: string }): Promise<number> {
  const which = await peer.expectOneOf([`tick ${from}\n`, until])
  return which === 0 ? expectTicks(peer, { from: from + 1, until }) : from
}

/** Ticks that are still under way come, each with the next number, then FIN. */
async function expectOnlyTicks(peer: Peer, { from }: { from: number }): Promise<void> {
  const came = await peer.readToEnd()
  const count = came.split('\n').length - 1
  await expectSame(came, ticks(from, from + count - 1), `send ${peer.name} only ticks before its end:`)
}

/** Each of these lines is answered as a bad command. */
async function everyLine(peer: Peer, lines: string[]): Promise<void> {
  for (const line of lines) {
    await peer.send(`${line}\n`)
    await peer.expect('error bad command\n')
  }
}

/** A client to whom ticks flow. */
async function subscriber(server: Server, name: string): Promise<Peer> {
  const guest = await server.connect(name)
  await guest.send('subscribe 3\n')
  await guest.expect('tick 1\n')
  return guest
}

/** The points at which a connection is reset, and what its client has done by then. */
const POINTS: Record<string, (peer: Peer, server: Server) => Promise<unknown>> = {
  'no-word': async () => {},
  'mid-command': (peer) => peer.sendInPieces('subscr'),
  'at-once': (peer) => peer.send('subscribe 5\n'),
  waiting: (peer) => peer.sendInPieces('subscribe 60000\n', [99]),
  'tick-1': (peer) => heard(peer, 'subscribe 5\n', 'tick 1\n'),
  'tick-9': (peer) => heard(peer, 'subscribe 3\n', ticks(1, 9)),
  twice: (peer) => heard(peer, 'subscribe 5\nsubscribe 3\n', 'tick 1\n'),
  stopped: (peer) => heard(peer, 'subscribe 60000\nstop\n', 'stopped\n'),
  error: (peer) => heard(peer, 'subscribe 5\nwhat\n', 'error bad command\n'),
  unread: (peer) => peer.send('subscribe 1\n'.concat('count\n'.repeat(2000))),
  'with-fin': (peer) => Promise.all([peer.send('subscribe 1\ncount\n'), peer.end()]),
  'after-fin': (peer) => heard(peer, 'subscribe 1\n', ticks(1, 3)).then(() => peer.end()),
  'both-ended': (peer) => peer.send(random.line(MAX_LINE_BYTES + 1)).then(() => peer.readToEnd()),
}

/** One client after the other: does what comes before a point, and resets there, three times each; then two that nobody has had a look at. */
async function resetAtEveryPoint(server: Server): Promise<void> {
  for (const [point, act] of Object.entries(POINTS)) {
    await oneAfterAnother(3, async () => {
      const peer = await server.connect(point)
      await act(peer, server)
      await peer.reset()
    })
  }
  await server.whileStopped(async () => {
    const before = await server.connect('unaccepted')
    await before.reset()
    const asked = await server.connect('unheard')
    await asked.send('subscribe 1\ncount\n')
    await asked.reset()
  })
}

async function heard(peer: Peer, words: string, answer: string): Promise<void> {
  await peer.send(words)
  await peer.expect(answer)
}
