import { Redis } from 'ioredis'
import { createClient } from 'redis'
import {
  type Address,
  allow,
  askUntil,
  everyWay,
  expectDone,
  expectSame,
  meanwhile,
  type Peer,
  random,
  type Server,
  startServer,
  untilDropped,
} from '#harness'

const MIB = 1024 * 1024
const OK = '+OK\r\n'
const PONG = '+PONG\r\n'
const QUEUED = '+QUEUED\r\n'
const NIL = '$-1\r\n'
const NIL_ARRAY = '*-1\r\n'
const ABORTED = '-EXECABORT Transaction discarded because of previous errors.\r\n'
const WRONG_TYPE = '-WRONGTYPE Operation against a key holding the wrong kind of value\r\n'

test('still answers the commands of 23', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const [key, value] = [random.word(), random.word()]

  await ask(alice, `SET ${key} ${value}`, OK)
  await ask(alice, `GET ${key}`, bulk(value))
  await ask(alice, `RPUSH ${key}`, "-ERR wrong number of arguments for 'rpush' command\r\n")
  await alice.send(`GET ${key}\r\n*1\r\n$-1\r\n`)
  await alice.expect(`${bulk(value)}-ERR Protocol error: invalid bulk length\r\n`)
  await alice.expectEnd()
})

test('confirms and counts every subscription', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const word = random.word()

  await ask(
    alice,
    `SUBSCRIBE ${word} ${word}:2 ${word}`,
    push('subscribe', word, 1) + push('subscribe', `${word}:2`, 2) + push('subscribe', word, 2),
  )
  await ask(alice, `psubscribe ${word}*`, push('psubscribe', `${word}*`, 3))
})

test('delivers messages and tells the publisher how many', async () => {
  const server = await startServer()
  const [alice, bob, carol] = await connect(server, 'alice', 'bob', 'carol')
  const [channel, text] = [random.word(), random.text(40)]

  await ask(carol, `PUBLISH ${channel} early`, ':0\r\n')
  await ask(alice, `SUBSCRIBE ${channel}`, push('subscribe', channel, 1))
  await ask(bob, `SUBSCRIBE ${channel} other`, push('subscribe', channel, 1) + push('subscribe', 'other', 2))
  await ask(carol, ['PUBLISH', channel, text], ':2\r\n')
  await ask(carol, 'PUBLISH other more', ':1\r\n')

  await alice.expect(push('message', channel, text))
  await bob.expect(push('message', channel, text) + push('message', 'other', 'more'))
  await alice.expectNothing()
})

test('delivers a message once for each subscription that matches', async () => {
  const server = await startServer()
  const [alice, bob] = await connect(server, 'alice', 'bob')
  const word = random.word()

  await ask(alice, `SUBSCRIBE ${word}.1`, push('subscribe', `${word}.1`, 1))
  await ask(alice, `PSUBSCRIBE ${word}.[12]`, push('psubscribe', `${word}.[12]`, 2))
  await ask(bob, `PUBLISH ${word}.1 one`, ':2\r\n')
  await ask(bob, `PUBLISH ${word}.2 two`, ':1\r\n')
  await ask(bob, `PUBLISH ${word}.3 three`, ':0\r\n')
  await ask(bob, `PUBLISH ${word}x1 four`, ':0\r\n')

  await alice.expect(push('message', `${word}.1`, 'one'))
  await alice.expect(push('pmessage', `${word}.[12]`, `${word}.1`, 'one'))
  await alice.expect(push('pmessage', `${word}.[12]`, `${word}.2`, 'two'))
})

test('ends subscriptions one by one or all at once', async () => {
  const server = await startServer()
  const [alice, bob] = await connect(server, 'alice', 'bob')

  await ask(alice, 'UNSUBSCRIBE', push('unsubscribe', null, 0))
  await ask(alice, 'SUBSCRIBE one two', push('subscribe', 'one', 1) + push('subscribe', 'two', 2))
  await ask(alice, 'PSUBSCRIBE t*', push('psubscribe', 't*', 3))
  await ask(alice, 'UNSUBSCRIBE one three', push('unsubscribe', 'one', 2) + push('unsubscribe', 'three', 2))
  await ask(bob, 'PUBLISH one 1', ':0\r\n')
  await ask(bob, 'PUBLISH two 2', ':2\r\n')
  await alice.expect(push('message', 'two', '2') + push('pmessage', 't*', 'two', '2'))
  await ask(alice, 'UNSUBSCRIBE', push('unsubscribe', 'two', 1))
  await ask(alice, 'UNSUBSCRIBE', push('unsubscribe', null, 1))
  await ask(alice, 'PUNSUBSCRIBE', push('punsubscribe', 't*', 0))
  await ask(alice, 'PUNSUBSCRIBE', push('punsubscribe', null, 0))
  await ask(bob, 'PUBLISH two 2', ':0\r\n')
  await ask(alice, 'PING', PONG)
})

test('limits a subscriber to a few commands in RESP2', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const allowed = '(P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET'

  await ask(alice, 'PSUBSCRIBE *', push('psubscribe', '*', 1))
  await ask(alice, 'GET key', `-ERR Can't execute 'get': only ${allowed} are allowed in this context\r\n`)
  await ask(alice, 'PING', push('pong', ''))
  await ask(alice, 'PING hello', push('pong', 'hello'))
  await ask(alice, 'PUNSUBSCRIBE *', push('punsubscribe', '*', 0))
  await ask(alice, 'GET key', NIL)
  await ask(alice, 'SUBSCRIBE one', push('subscribe', 'one', 1))
  await ask(alice, 'QUIT', OK)
  await alice.expectEnd()
})

test('sends pushes in RESP3 and limits nobody there', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const mark = (text: string) => text.replace('*', '>')

  await hello(alice)
  await ask(alice, 'SUBSCRIBE one', mark(push('subscribe', 'one', 1)))
  await ask(alice, 'PING', PONG)
  await ask(alice, 'GET key', '_\r\n')
  await ask(alice, 'PUBLISH one hello', `${mark(push('message', 'one', 'hello'))}:1\r\n`)
  await ask(alice, 'UNSUBSCRIBE', mark(push('unsubscribe', 'one', 0)))
  await ask(alice, 'UNSUBSCRIBE', `>3\r\n${bulk('unsubscribe')}_\r\n:0\r\n`)
})

test('answers PUBSUB with the current subscriptions', async () => {
  const server = await startServer()
  const [alice, bob, carol] = await connect(server, 'alice', 'bob', 'carol')

  await ask(alice, 'SUBSCRIBE one two', push('subscribe', 'one', 1) + push('subscribe', 'two', 2))
  await ask(bob, 'SUBSCRIBE one', push('subscribe', 'one', 1))
  await ask(bob, 'PSUBSCRIBE t*', push('psubscribe', 't*', 2))
  await ask(alice, 'PSUBSCRIBE t*', push('psubscribe', 't*', 3))
  await ask(carol, 'PUBSUB NUMSUB one two three', push('one', 2, 'two', 1, 'three', 0))
  await ask(carol, 'PUBSUB NUMPAT', ':1\r\n')
  await ask(carol, 'pubsub channels *t*', push('two'))
  await expectChannels(carol, ['one', 'two'])
  await ask(alice, 'UNSUBSCRIBE two', push('unsubscribe', 'two', 2))
  await expectChannels(carol, ['one'])
})

test('sends all subscribers the same messages in the same order', async () => {
  const server = await startServer()
  const listeners = await connect(server, 'alice', 'bob', 'carol')
  const [dave, erin] = await connect(server, 'dave', 'erin')
  const numbers = Array.from({ length: 200 }, (_, i) => i)
  await Promise.all(listeners.map((peer) => ask(peer, 'SUBSCRIBE one', push('subscribe', 'one', 1))))

  await server.whileStopped(async () => {
    await dave.send(numbers.map((n) => command('PUBLISH', 'one', `dave ${n}`)).join(''))
    await erin.send(numbers.map((n) => command('PUBLISH', 'one', `erin ${n}`)).join(''))
  })
  await dave.expect(':3\r\n'.repeat(200))
  await erin.expect(':3\r\n'.repeat(200))

  const [first = [], second = [], third = []] = await Promise.all(
    listeners.slice(0, 3).map((peer) => messagesOf(peer, 400)),
  )
  const said = numbers.map((n) => `dave ${n}`)
  await expectSameOrder(
    first.filter((each) => each.startsWith('dave')),
    said,
    'send alice the messages of dave in order, next',
  )
  await expectSameOrder(second, first, 'send bob the messages in the order in which alice got them, next')
  await expectSameOrder(third, first, 'send carol the messages in the order in which alice got them, next')
})

test(
  'forgets the subscriptions of a client that has left',
  meanwhile(async () => {
    const server = await startServer()
    const [alice, bob, carol, dave] = await connect(server, 'alice', 'bob', 'carol', 'dave')
    const question = command('PUBSUB', 'NUMSUB', 'one')
    const count = (n: number) => ({ before: push('one', n + 1), after: push('one', n), seconds: 5 })
    await Promise.all(
      [alice, bob, carol].map((peer) => ask(peer, 'SUBSCRIBE one', push('subscribe', 'one', 1))),
    )
    await ask(alice, 'PSUBSCRIBE *', push('psubscribe', '*', 2))

    await ask(dave, 'PUBSUB NUMSUB one', push('one', 3))
    await alice.end()
    await alice.expectEnd()
    await askUntil(dave, question, count(2))
    await bob.reset()
    await askUntil(dave, question, count(1))
    await ask(carol, 'QUIT', OK)
    await carol.expectEnd()
    await askUntil(dave, question, count(0))
    await ask(dave, 'PUBSUB NUMPAT', ':0\r\n')
    await ask(dave, 'PUBLISH one hello', ':0\r\n')
  }),
)

test('queues commands after MULTI and runs them at EXEC', async () => {
  const server = await startServer()
  const [alice, bob] = await connect(server, 'alice', 'bob')
  const key = random.word()

  await ask(alice, 'MULTI', OK)
  await ask(alice, `SET ${key} 7`, QUEUED)
  await ask(alice, `INCR ${key}`, QUEUED)
  await ask(alice, 'PING', QUEUED)
  await ask(alice, `LRANGE ${key}:list 0 -1`, QUEUED)
  await ask(bob, `GET ${key}`, NIL)
  await ask(alice, 'exec', `*4\r\n${OK}:8\r\n${PONG}*0\r\n`)
  await ask(bob, `GET ${key}`, bulk('8'))
  await ask(alice, 'MULTI', OK)
  await ask(alice, 'EXEC', '*0\r\n')
})

test('finishes a transaction even if a command in it fails', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const key = random.word()

  await alice.send(
    ['MULTI', `SET ${key} text`, `LPUSH ${key} 1`, `INCR ${key}`, `SET ${key} 5`, 'EXEC', ''].join('\r\n'),
  )
  await alice.expect(`${OK}${QUEUED.repeat(4)}`)
  await alice.expect(`*4\r\n${OK}${WRONG_TYPE}-ERR value is not an integer or out of range\r\n${OK}`)
  await ask(alice, `GET ${key}`, bulk('5'))
})

test('aborts a transaction that contains an invalid command', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const key = random.word()

  await ask(alice, 'MULTI', OK)
  await ask(alice, `SET ${key} 1`, QUEUED)
  await ask(alice, 'GET', "-ERR wrong number of arguments for 'get' command\r\n")
  await ask(alice, `SET ${key} 2`, QUEUED)
  await ask(alice, 'EXEC', ABORTED)
  await ask(alice, 'MULTI', OK)
  await alice.send(command('FROBNICATE'))
  await alice.readLine()
  await ask(alice, 'EXEC', ABORTED)
  await ask(alice, `GET ${key}`, NIL)
  await ask(alice, 'MULTI', OK)
  await ask(alice, `SET ${key} 3`, QUEUED)
  await ask(alice, 'EXEC', `*1\r\n${OK}`)
})

test('discards a transaction and rejects MULTI, EXEC or WATCH out of place', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const key = random.word()

  await ask(alice, 'EXEC', '-ERR EXEC without MULTI\r\n')
  await ask(alice, 'DISCARD', '-ERR DISCARD without MULTI\r\n')
  await ask(alice, 'MULTI', OK)
  await ask(alice, `SET ${key} 1`, QUEUED)
  await ask(alice, 'MULTI', '-ERR MULTI calls can not be nested\r\n')
  await ask(alice, 'DISCARD', OK)
  await ask(alice, `GET ${key}`, NIL)
  await ask(alice, 'MULTI', OK)
  await ask(alice, `WATCH ${key}`, '-ERR WATCH inside MULTI is not allowed\r\n')
  await ask(alice, `SET ${key} 2`, QUEUED)
  await ask(alice, 'UNWATCH', QUEUED)
  await ask(alice, 'EXEC', `*2\r\n${OK}${OK}`)
  await ask(alice, 'EXEC', '-ERR EXEC without MULTI\r\n')
  await ask(alice, 'MULTI', OK)
  await ask(alice, 'QUIT', OK)
  await alice.expectEnd()
})

test('runs a transaction without interruption', async () => {
  const server = await startServer()
  const guests = await connect(server, ...Array.from({ length: 12 }, (_, i) => `guest ${i + 1}`))
  const increments = Array.from({ length: 20 }, () => command('INCR', 'count'))
  const transaction = [command('MULTI'), ...increments, command('EXEC')].join('')
  const head = `${OK}${QUEUED.repeat(20)}*20\r\n`

  await server.whileStopped(() => Promise.all(guests.map((guest) => guest.send(transaction))))
  const answers = await Promise.all(guests.map((guest) => numbersAfter(guest, head, 20)))

  const counted = answers.map((numbers) => (numbers.at(-1) ?? 0) - (numbers[0] ?? 0))
  const torn = counted.find((each) => each !== 19) ?? 19
  await expectSame(torn, 19, 'answer the 20th INCR of a transaction with the answer to the first one plus')
})

test('aborts EXEC when a watched key has changed', async () => {
  const server = await startServer()
  const [alice, bob] = await connect(server, 'alice', 'bob')
  const key = random.word()

  await ask(bob, `SET ${key} 1`, OK)
  await expectExec(alice, key, NIL_ARRAY, () => ask(bob, `SET ${key} 1`, OK))
  await expectExec(alice, key, NIL_ARRAY, () => ask(bob, `EXPIRE ${key} 1000`, ':1\r\n'))
  await expectExec(alice, key, NIL_ARRAY, () => ask(bob, `PERSIST ${key}`, ':1\r\n'))
  await expectExec(alice, key, NIL_ARRAY, () => ask(bob, `INCR ${key}`, ':2\r\n'))
  await expectExec(alice, key, NIL_ARRAY, () => ask(bob, `DEL ${key}`, ':1\r\n'))
  await expectExec(alice, key, NIL_ARRAY, () => ask(bob, `RPUSH ${key} a b`, ':2\r\n'))
  await expectExec(alice, key, NIL_ARRAY, () => ask(bob, `RPUSH ${key} c`, ':3\r\n'))
  await expectExec(alice, key, NIL_ARRAY, () => ask(bob, `LPOP ${key}`, bulk('a')))
  await expectExec(alice, key, NIL_ARRAY, () => ask(bob, 'FLUSHALL', OK))
  await expectExec(alice, key, NIL_ARRAY, () => ask(bob, `HSET ${key} field 1`, ':1\r\n'))
  await expectExec(alice, key, NIL_ARRAY, () => ask(bob, `HSET ${key} field 2`, ':0\r\n'))
  await expectExec(alice, key, NIL_ARRAY, () => ask(bob, `MSET other 1 ${key} 2`, OK))
  await expectExec(alice, key, NIL_ARRAY, () => ask(alice, `SET ${key} mine`, OK))
  await ask(alice, 'MULTI', OK)
  await ask(alice, 'EXEC', '*0\r\n')
  await hello(alice)
  await expectExec(alice, key, '_\r\n', () => ask(bob, `APPEND ${key} more`, ':8\r\n'))
})

test('runs EXEC when no watched key has changed', async () => {
  const server = await startServer()
  const [alice, bob] = await connect(server, 'alice', 'bob')
  const key = random.word()
  const done = `*1\r\n${PONG}`

  await ask(bob, `SET ${key} text`, OK)
  await expectExec(alice, key, done, () => ask(bob, `GET ${key}`, bulk('text')))
  await expectExec(alice, key, done, () => ask(bob, `SET ${key}:other 1`, OK))
  await expectExec(alice, key, done, () => ask(bob, `LPUSH ${key} 1`, WRONG_TYPE))
  await expectExec(alice, key, done, () => ask(bob, `SET ${key} 1 NX`, NIL))
  await expectExec(alice, `${key}:no`, done, () => ask(bob, `DEL ${key}:no`, ':0\r\n'))
  await expectExec(alice, `${key}:no`, done, () => ask(bob, `LPOP ${key}:no`, NIL))
  await expectExec(alice, key, done, async () => {
    await ask(bob, `SET ${key} 2`, OK)
    await ask(alice, 'UNWATCH', OK)
  })
  await expectExec(alice, key, done, async () => {
    await ask(bob, `SET ${key} 3`, OK)
    await ask(alice, 'MULTI', OK)
    await ask(alice, 'DISCARD', OK)
  })
  await expectExec(alice, `${key}:a`, done, () => ask(bob, `SET ${key} 4`, OK))
})

test(
  'aborts EXEC when a watched key has expired',
  meanwhile(async () => {
    const server = await startServer()
    const [alice, bob] = await connect(server, 'alice', 'bob')
    const key = random.word()

    await alice.send(command('SET', key, '1', 'PX', '900') + command('WATCH', key))
    await alice.expect(`${OK}${OK}`)
    await ask(bob, `SET ${key}:last 1 PX 1000`, OK)
    await askUntil(bob, command('GET', `${key}:last`), { before: bulk('1'), after: NIL, seconds: 4 })

    await ask(alice, 'MULTI', OK)
    await ask(alice, `SET ${key} 2`, QUEUED)
    await ask(alice, 'EXEC', NIL_ARRAY)
  }),
)

test('pops at once from the first list that has an element', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')

  await ask(alice, 'RPUSH two a b c', ':3\r\n')
  await ask(alice, 'RPUSH three d', ':1\r\n')
  await ask(alice, 'BLPOP one two three 0', push('two', 'a'))
  await ask(alice, 'BRPOP one two three 0.5', push('two', 'c'))
  await ask(alice, 'BLPOP three two 10', push('three', 'd'))
  await ask(alice, 'EXISTS three', ':0\r\n')
  await ask(alice, 'SET one text', OK)
  await ask(alice, 'BLPOP one two 0', WRONG_TYPE)
  await ask(alice, 'BLPOP two soon', '-ERR timeout is not a float or out of range\r\n')
  await ask(alice, 'BRPOP two -1', '-ERR timeout is negative\r\n')
  await ask(alice, 'LLEN two', ':1\r\n')
})

test('waits for an element and holds back the commands after it', async () => {
  const server = await startServer()
  const [alice, bob] = await connect(server, 'alice', 'bob')
  const key = random.word()

  await alice.send(`${command('BLPOP', `${key}:other`, key, '0')}${command('ECHO', 'later')}`)
  await server.untilIdle()
  await ask(bob, `LLEN ${key}`, ':0\r\n')
  await alice.expectNothing()
  await ask(bob, `RPUSH ${key} one two`, ':2\r\n')
  await alice.expect(push(key, 'one') + bulk('later'))
  await ask(bob, `LRANGE ${key} 0 -1`, push('two'))
  await ask(bob, `RPUSH ${key}:other three`, ':1\r\n')
  await ask(alice, `LLEN ${key}:other`, ':1\r\n')
})

test(
  'serves the client that has waited longest',
  meanwhile(async () => {
    const server = await startServer()
    const [alice, bob, carol, dave] = await connect(server, 'alice', 'bob', 'carol', 'dave')
    const key = random.word()

    await waits(server, alice, `BLPOP ${key} 0`)
    await waits(server, bob, `BRPOP ${key} ${key}:2 0`)
    await waits(server, carol, `BLPOP ${key}:2 ${key} 0`)
    await ask(dave, `LPUSH ${key} 1 2 3 4`, ':4\r\n')
    await alice.expect(push(key, '4'))
    await bob.expect(push(key, '1'))
    await carol.expect(push(key, '3'))
    await ask(dave, `LRANGE ${key} 0 -1`, push('2'))

    await waits(server, alice, `BLPOP ${key}:2 0`)
    await waits(server, bob, `BLPOP ${key}:2 0`)
    await ask(dave, `RPUSH ${key}:2 5`, ':1\r\n')
    await alice.expect(push(`${key}:2`, '5'))
    await waits(server, alice, `BLPOP ${key}:2 0`)
    await ask(dave, `RPUSH ${key}:2 6`, ':1\r\n')
    await bob.expect(push(`${key}:2`, '6'))
    await ask(dave, `RPUSH ${key}:2 7`, ':1\r\n')
    await alice.expect(push(`${key}:2`, '7'))
  }),
)

test(
  'gives up waiting when the time is up, and no sooner',
  meanwhile(async () => {
    const server = await startServer()
    const [alice, bob] = await connect(server, 'alice', 'bob')
    const key = random.word()

    await alice.send(command('BLPOP', key, `${key}:2`, '0.4'))
    await alice.expect(NIL_ARRAY)
    await alice.expectDelay(400)
    await ask(alice, `RPUSH ${key} one`, ':1\r\n')
    await ask(alice, `LLEN ${key}`, ':1\r\n')

    // Served in time: a timer that was left running would answer once more. (On a machine that is
    // too slow for that, there is nothing to see.)
    await waits(server, bob, `BLPOP ${key}:other 1.5`)
    await ask(alice, `RPUSH ${key}:other two`, ':1\r\n')
    await bob.expectOneOf([push(`${key}:other`, 'two'), NIL_ARRAY])
    await server.untilNoTimer()
    await ask(bob, 'PING', PONG)
  }),
)

test(
  'loses no element to a client that has left',
  meanwhile(async () => {
    const server = await startServer()
    const [alice, bob, carol, dave] = await connect(server, 'alice', 'bob', 'carol', 'dave')
    const key = random.word()

    await waits(server, alice, `BLPOP ${key} 0`)
    await waits(server, bob, `BLPOP ${key} 0`)
    await waits(server, carol, `BLPOP ${key} 0`)
    await alice.end()
    await bob.reset()
    // Some servers look after their blocked clients now and then.
    await server.untilNoTimer()
    await ask(dave, `RPUSH ${key} one two`, ':2\r\n')
    await carol.expect(push(key, 'one'))
    await ask(dave, `LRANGE ${key} 0 -1`, push('two'))
    await alice.expectEnd()
  }),
)

test('never waits in a transaction, and serves others only after it', async () => {
  const server = await startServer()
  const [alice, bob] = await connect(server, 'alice', 'bob')
  const key = random.word()

  await waits(server, alice, `BLPOP ${key} 0`)
  await ask(bob, 'MULTI', OK)
  await ask(bob, `BLPOP ${key}:none 0`, QUEUED)
  await ask(bob, `RPUSH ${key} one`, QUEUED)
  await ask(bob, `LPOP ${key}`, QUEUED)
  await ask(bob, 'EXEC', `*3\r\n${NIL_ARRAY}:1\r\n${bulk('one')}`)
  await server.untilIdle()
  await alice.expectNothing()
  await ask(bob, 'MULTI', OK)
  await ask(bob, `RPUSH ${key} two`, QUEUED)
  await ask(bob, `LPUSH ${key} three`, QUEUED)
  await ask(bob, 'EXEC', '*2\r\n:1\r\n:2\r\n')
  await alice.expect(push(key, 'three'))
})

test('reads the new commands however they are cut', async () => {
  allow(60)
  const server = await startServer()

  await everyWay(server, [
    { send: `MULTI\r\n${command('ECHO', 'é')}`, expect: `${OK}${QUEUED}` },
    { send: 'EXEC\r\n', expect: `*1\r\n${bulk('é')}` },
    { send: 'SUBSCRIBE a\r\n', expect: push('subscribe', 'a', 1) },
  ])
})

test(
  'disconnects a subscriber that does not read',
  meanwhile(async () => {
    allow(30)
    const server = await startServer()
    const [alice, bob, carol] = await connect(server, 'alice', 'bob', 'carol')
    const message = random.letters(MIB)
    const told = push('message', 'one', message)
    await ask(alice, 'SUBSCRIBE one', push('subscribe', 'one', 1))
    await ask(carol, 'SUBSCRIBE one', push('subscribe', 'one', 1))

    alice.pause()
    await untilDropped(alice, {
      within: 48 * MIB,
      speak: async () => {
        await bob.send(command('PUBLISH', 'one', message))
        await Promise.all([bob.readLine(), carol.expect(told)])
        return told.length
      },
    })

    await ask(bob, 'PUBLISH one hello', ':1\r\n')
    await carol.expect(push('message', 'one', 'hello'))
  }),
)

test('serves node-redis', async () => {
  const server = await startServer()
  const open = ({ host, port }: Address) => createClient({ socket: { host, port } })
  const client = await server.drive('node-redis', open, (each) => each.destroy())
  const alice = await server.connect('alice')
  const heard: string[] = []

  client.on('error', () => {})
  await expectDone(client.connect(), 'let node-redis connect')
  await expectDone(
    client.subscribe('one', (message) => heard.push(message)),
    'confirm SUBSCRIBE',
  )
  const publish = () => client.publish('one', 'hello')
  await expectSame(publish(), 1, 'answer PUBLISH with')
  await expectSame(client.get('key'), null, 'answer a GET from a subscriber with')
  await expectSame(heard, ['hello'], 'send the subscriber')
  await expectSame(client.multi().set('key', '1').incr('key').exec(), ['OK', 2], 'answer EXEC with')
  const popped = client.blPop('queue', 0)
  await server.untilIdle()
  await ask(alice, 'RPUSH queue first', ':1\r\n')
  await expectSame(popped, { key: 'queue', element: 'first' }, 'answer BLPOP with')
})

test('serves ioredis', async () => {
  const server = await startServer()
  const subscriber = await ioredis(server, 'subscriber')
  const redis = await ioredis(server, 'ioredis')
  const heard = new Promise<string[]>((resolve) =>
    subscriber.once('pmessage', (...words: string[]) => resolve(words)),
  )

  await expectSame(subscriber.psubscribe('news.*'), 1, 'confirm PSUBSCRIBE with')
  await expectSame(redis.publish('news.today', 'sun'), 1, 'answer PUBLISH with')
  await expectSame(heard, ['news.*', 'news.today', 'sun'], 'send the subscriber')
  await expectSame(redis.watch('key'), 'OK', 'answer WATCH with')
  const all = redis.multi().set('key', '1').lpush('key', '2').exec()
  await expectSame(
    all.then((results) => results?.map(([error, each]) => error?.message.slice(0, 9) ?? each)),
    ['OK', 'WRONGTYPE'],
    'answer EXEC with',
  )
  await expectSame(redis.blpop('queue', 0.1), null, 'answer a BLPOP that gives up with')
})

type Bytes = string | Uint8Array

/** A command as clients send it: an array of bulk strings. */
function command(...words: string[]): string {
  return `*${words.length}\r\n${words.map(bulk).join('')}`
}

function bulk(text: string): string {
  return `$${Buffer.byteLength(text)}\r\n${text}\r\n`
}

/** An array of strings, integers and nil, such as the messages of a subscription. */
function push(...parts: (string | number | null)[]): string {
  const encode = (part: string | number | null) =>
    typeof part === 'string' ? bulk(part) : part === null ? NIL : `:${part}\r\n`
  return `*${parts.length}\r\n${parts.map(encode).join('')}`
}

async function ask(peer: Peer, words: string | string[], answer: Bytes): Promise<void> {
  await peer.send(command(...(typeof words === 'string' ? words.split(' ') : words)))
  await peer.expect(answer)
}

/** Sends a command that will not be answered yet, and waits until the server knows it. */
async function waits(server: Server, peer: Peer, words: string): Promise<void> {
  await peer.send(command(...words.split(' ')))
  await server.untilIdle()
}

async function connect(server: Server, ...names: string[]): Promise<[Peer, Peer, Peer, Peer]> {
  const peers: Peer[] = []
  for (const name of names) peers.push(await server.connect(name))
  return peers as [Peer, Peer, Peer, Peer]
}

/** Watches the key, has something done, and runs a transaction of one PING. */
async function expectExec(peer: Peer, key: string, answer: string, act: () => Promise<void>): Promise<void> {
  await ask(peer, `WATCH ${key}`, OK)
  await act()
  await ask(peer, 'MULTI', OK)
  await ask(peer, 'PING', QUEUED)
  await ask(peer, 'EXEC', answer)
}

async function expectChannels(peer: Peer, names: string[]): Promise<void> {
  await peer.send(command('PUBSUB', 'CHANNELS'))
  const lines = await peer.readLines(1 + 2 * names.length)
  const shown = [...lines.filter((_, i) => i > 0 && i % 2 === 0)].map((line) => line.trim()).sort()
  await expectSame(
    [lines[0]?.trim(), shown],
    [`*${names.length}`, names],
    'answer PUBSUB CHANNELS, in any order, with',
  )
}

/** The texts of the next messages. */
async function messagesOf(peer: Peer, count: number): Promise<string[]> {
  const lines = await peer.readLines(7 * count)
  return lines.filter((_, i) => i % 7 === 6).map((line) => line.trim())
}

/** Compares where two lists differ first: all of both would be too much to read. */
async function expectSameOrder(actual: string[], expected: string[], what: string): Promise<void> {
  const at = actual.findIndex((each, i) => each !== expected[i])
  await expectSame(actual[at], expected[at], what)
}

async function numbersAfter(peer: Peer, head: string, count: number): Promise<number[]> {
  await peer.expect(head)
  const lines = await peer.readLines(count)
  return lines.map((line) => Number(line.slice(1)))
}

/** Goes over to RESP3, and reads past what the server says of itself. */
async function hello(peer: Peer): Promise<void> {
  await peer.send(command('HELLO', '3'))
  await peer.expect(`%7\r\n${bulk('server')}${bulk('redis')}${bulk('version')}`)
  await peer.readLines(2 + 3 + 3)
  await peer.expect(`${bulk('mode')}${bulk('standalone')}${bulk('role')}${bulk('master')}`)
  await peer.expect(`${bulk('modules')}*0\r\n`)
}

function ioredis(server: Server, name: string): Promise<Redis> {
  const open = ({ host, port }: Address) => new Redis({ host, port })
  return server.drive(name, open, (redis) => redis.disconnect())
}
