import { createHash } from 'node:crypto'
import { WebSocket } from 'ws'
import {
  allow,
  everyWay,
  expectDone,
  expectSame,
  expectThat,
  meanwhile,
  type Peer,
  random,
  type Server,
  startServer,
  untilDropped,
} from '#harness'

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
const MIB = 1024 * 1024
const LIBRARIES = [
  'http',
  'node:http',
  'https',
  'node:https',
  'http2',
  'node:http2',
  'ws',
  'websocket',
  'faye-websocket',
]
const PEOPLE = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank', 'grace', 'heidi', 'ivan', 'judy']
/** First bytes of a frame: FIN and the opcode (5.2). */
const [TEXT, BINARY, CLOSE, PING, PONG] = [0x81, 0x82, 0x88, 0x89, 0x8a] as const
/** The same without FIN: more fragments follow. */
const [TEXT_BEGINS, BINARY_BEGINS, GOES_ON, GOES_ON_LAST] = [0x01, 0x02, 0x00, 0x80] as const
const NAMES: Record<number, string> = { 129: 'Text', 130: 'Binary', 136: 'Close', 137: 'Ping', 138: 'Pong' }

// RFC 6455, 4.2.2
test('answers a handshake with 101 and the proof for its key', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')
  const key = random.bytes(16).toString('base64')

  await alice.send(request('/echo', { 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==' }))
  await expectAccepted(alice, 'dGhlIHNhbXBsZSBub25jZQ==')
  await bob.send(request('/room', { 'Sec-WebSocket-Key': key }))
  await expectAccepted(bob, key)
})

// 5.6, and 5.1: a server must not mask
test('echoes text and binary messages, unmasked', async () => {
  const server = await startServer()
  const alice = await open(server, 'alice')
  const [words, bytes] = [random.line(20), random.bytes(100)]

  await alice.send(masked(TEXT, words))
  await alice.expect(plain(TEXT, words))
  await alice.send(masked(BINARY, bytes))
  await alice.expect(plain(BINARY, bytes))
  await alice.send(masked(TEXT, ''))
  await alice.expect(plain(TEXT, ''))
})

// 5.2
test('reads and writes lengths of 7, 16 and 64 bits', async () => {
  const server = await startServer()
  const alice = await open(server, 'alice')
  const [short, long] = [random.bytes(126), random.bytes(65_536)]

  await expectEcho(alice, BINARY, random.bytes(125))
  await expectEcho(alice, TEXT, random.letters(random.int(300, 60_000)))
  await expectEcho(alice, BINARY, random.bytes(65_535))
  await expectEcho(alice, TEXT, random.letters(random.int(70_000, 200_000)))
  await alice.sendInPieces(masked(BINARY, short), [1, 1, 1, 1, 1, 1, 1, 1, 126])
  await alice.expect(plain(BINARY, short))
  await alice.sendInPieces(masked(BINARY, long), [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 65_536])
  await alice.expect(plain(BINARY, long))
})

// 5.5.2, 5.5.3
test('answers a Ping with a Pong of the same payload, and ignores a Pong', async () => {
  const server = await startServer()
  const alice = await open(server, 'alice')
  const bytes = random.bytes(125)

  await alice.send(masked(PING, bytes))
  await alice.expect(plain(PONG, bytes))
  await alice.send(masked(PING, ''))
  await alice.expect(plain(PONG, ''))
  await alice.send(masked(PONG, 'unasked'))
  await expectEcho(alice, TEXT, random.word())
})

// 4.2.1; 9.1: an extension that the server does not know is not negotiated
test("accepts a browser's handshake: any case, other fields, extensions", async () => {
  const server = await startServer()
  const [alice, bob] = [await server.connect('alice'), await server.connect('bob')]
  const key = random.bytes(16).toString('base64')

  await alice.send(
    `GET /echo?token=${random.word()} HTTP/1.1\r\nhost:localhost\r\nconnection: keep-alive, upgrade\r\nsec-websocket-extensions: permessage-deflate; client_max_window_bits\r\n` +
      `sec-websocket-protocol: chat, superchat\r\nSEC-WEBSOCKET-VERSION:13\r\nUPGRADE: WebSocket\r\nsec-websocket-key:  ${key} \r\n\r\n`,
  )
  await expectAccepted(alice, key, ['none', 'chat', 'superchat'])
  await bob.send(
    request('/room?', {
      Connection: 'keep-alive , te\r\nConnection: Upgrade',
      Cookie: random.letters(7000),
      'Sec-WebSocket-Key': key,
    }),
  )
  await expectAccepted(bob, key)
})

test('serves an unmodified ws client, up to its Close', async () => {
  const server = await startServer()
  const socket = await server.drive(
    'ws',
    ({ host, port }) => new WebSocket(`ws://${host}:${port}/echo`),
    (client) => client.terminate(),
  )
  const [words, bytes] = [random.text(300), random.bytes(70_000)]

  await expectDone(opened(socket), 'let ws connect')
  socket.send(words)
  await expectSame(nextMessage(socket), { words }, 'echo to ws')
  socket.send(bytes)
  await expectSame(nextMessage(socket), { bytes: bytes.toString('base64') }, 'echo to ws')
  socket.close(4001, 'bye')
  await expectSame(closeCode(socket), '4001', 'make ws report the close code')
})

// 4.1: a client waits for the answer, but a proxy may send the frames together with the handshake.
test('reads frames that arrive together with the handshake', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const key = random.bytes(16).toString('base64')
  const [first, second] = [random.line(20), random.line(20)]
  const rest = masked(TEXT, second)

  await alice.send(
    Buffer.concat([
      Buffer.from(request('/echo', { 'Sec-WebSocket-Key': key })),
      masked(TEXT, first),
      rest.subarray(0, 9),
    ]),
  )
  await expectAccepted(alice, key)
  await alice.expect(plain(TEXT, first))
  await alice.send(rest.subarray(9))
  await alice.expect(plain(TEXT, second))
})

// 5.4
test('joins the fragments of a message', async () => {
  const server = await startServer()
  const alice = await open(server, 'alice')
  const [a, b, c] = [random.letters(5), random.letters(200), random.letters(7)]

  await alice.send(Buffer.concat([masked(TEXT_BEGINS, a), masked(GOES_ON, b), masked(GOES_ON_LAST, c)]))
  await alice.expect(plain(TEXT, a + b + c))
  await alice.send(Buffer.concat([masked(BINARY_BEGINS, ''), masked(GOES_ON, c), masked(GOES_ON_LAST, '')]))
  await alice.expect(plain(BINARY, c))
  await expectEcho(alice, TEXT, a)
})

// 5.4, 5.5.2
test('answers a Ping between two fragments at once', async () => {
  const server = await startServer()
  const alice = await open(server, 'alice')
  const [a, b] = [random.letters(5), random.letters(6)]

  await alice.send(Buffer.concat([masked(TEXT_BEGINS, a), masked(PONG, ''), masked(PING, 'still there?')]))
  await alice.expect(plain(PONG, 'still there?'))
  await alice.send(masked(GOES_ON_LAST, b))

  await alice.expect(plain(TEXT, a + b))
})

test("keeps two clients' fragments apart", async () => {
  const server = await startServer()
  const [alice, bob] = [await open(server, 'alice'), await open(server, 'bob')]
  const [a, b, c] = [random.letters(5), random.letters(6), random.letters(7)]

  await alice.send(masked(TEXT_BEGINS, a))
  await server.untilIdle()
  await expectEcho(bob, BINARY, c)
  await bob.send(masked(BINARY_BEGINS, b))
  await server.untilIdle()
  await alice.send(masked(GOES_ON_LAST, c))
  await alice.expect(plain(TEXT, a + c))
  await bob.send(masked(GOES_ON_LAST, c))
  await bob.expect(plain(BINARY, b + c))
})

test('answers the same however the bytes are cut', async () => {
  const server = await startServer()
  const key = random.bytes(16).toString('base64')
  const [a, b] = [random.letters(4), random.letters(5)]

  await everyWay(
    server,
    [
      { send: request('/echo', { 'Sec-WebSocket-Key': key }), expect: (peer) => expectAccepted(peer, key) },
      { send: masked(TEXT_BEGINS, a), expect: '' },
      { send: masked(PING, 'hi'), expect: plain(PONG, 'hi') },
      { send: masked(GOES_ON_LAST, b), expect: plain(TEXT, a + b) },
    ],
    { fin: 'never' },
  )
})

// 5.5.1, 7.1.1
test('answers Close with the same code, then ends with FIN', async () => {
  const server = await startServer()
  const [alice, bob, carol] = [
    await open(server, 'alice'),
    await open(server, 'bob'),
    await open(server, 'carol'),
  ]

  await alice.send(masked(CLOSE, close(1001, 'bye')))
  await expectClose(alice, [1001])
  await bob.send(Buffer.concat([masked(CLOSE, close(1000)), masked(TEXT, random.word())]))
  await expectClose(bob, [1000])
  await carol.send(Buffer.concat([masked(TEXT_BEGINS, random.word()), masked(CLOSE, '')]))
  await expectClose(carol, ['no code', 1000])
  await expectCloses(server, [1003, 1011, 3000, 4999])
})

test('closes every connection, however it ends', async () => {
  const server = await startServer()
  const idle = await server.sockets()
  const [alice, bob, carol] = [
    await open(server, 'alice'),
    await open(server, 'bob'),
    await open(server, 'carol'),
  ]
  const dave = await server.connect('dave')

  await alice.send(masked(CLOSE, close(1000)))
  await expectClose(alice, [1000])
  await alice.end()
  await bob.end()
  await bob.expectEnd()
  // A RST that arrives together with bytes looks like a FIN to Node: these are read before it.
  await carol.send(Buffer.concat([masked(TEXT_BEGINS, random.word()), masked(PING, '')]))
  await carol.expect(plain(PONG, ''))
  await carol.reset()
  await dave.end()
  await dave.expectEnd()

  await server.expectSockets(idle)
  await expectEcho(await open(server, 'erin'), TEXT, random.word())
})

// 5.1
test('refuses a frame without a mask with 1002', async () => {
  const server = await startServer()

  await expectFailures(server, 1002, {
    'an unmasked text': plain(TEXT, random.word()),
    'an unmasked Ping': plain(PING, ''),
  })
})

// 5.2
test('refuses reserved bits and reserved opcodes with 1002', async () => {
  const server = await startServer()

  await expectFailures(server, 1002, {
    RSV1: masked(TEXT | 0x40, random.word()),
    RSV2: masked(BINARY | 0x20, random.word()),
    RSV3: masked(PING | 0x10, ''),
    'opcode 3': masked(0x83, random.word()),
    'opcode 7': masked(0x87, random.word()),
    'opcode 11': masked(0x8b, ''),
    'opcode 15': masked(0x8f, ''),
  })
})

// 5.5
test('refuses long or fragmented control frames with 1002', async () => {
  const server = await startServer()

  await expectFailures(server, 1002, {
    'a Ping of 126 bytes': masked(PING, random.bytes(126)),
    'a Close of 126 bytes': masked(CLOSE, close(1000, random.letters(124))),
    'a Ping without FIN': masked(0x09, ''),
    'a Close without FIN': masked(0x08, close(1000)),
  })
})

// 5.4
test('refuses fragments out of place with 1002', async () => {
  const server = await startServer()

  await expectFailures(server, 1002, {
    'a continuation of nothing': masked(GOES_ON, random.word()),
    'the end of nothing': masked(GOES_ON_LAST, random.word()),
    'a message within a message': Buffer.concat([masked(TEXT_BEGINS, 'a'), masked(TEXT, 'b')]),
    'a second beginning': Buffer.concat([masked(BINARY_BEGINS, 'a'), masked(BINARY_BEGINS, 'b')]),
  })
})

// 5.5.1, 7.4.1, 7.4.2
test('refuses an invalid Close with 1002', async () => {
  const server = await startServer()

  await expectFailures(server, 1002, {
    'half a code': masked(CLOSE, 'x'),
    'code 0': masked(CLOSE, close(0)),
    'code 999': masked(CLOSE, close(999)),
    'code 1005': masked(CLOSE, close(1005)),
    'code 1006': masked(CLOSE, close(1006)),
    'code 1015': masked(CLOSE, close(1015)),
  })
})

// 5.6, 8.1
test('returns text byte for byte, even if a character is split between fragments', async () => {
  const server = await startServer()
  const alice = await open(server, 'alice')
  const words = Buffer.from(`\ufeff${random.text(50)} \u{1f600} e\u0301 \0 \u{10ffff}`)

  await expectEcho(alice, TEXT, words)
  await alice.send(masked(TEXT_BEGINS, words.subarray(0, 2)))
  await alice.sendInPieces(masked(GOES_ON, words.subarray(2, words.length - 1)), [40])
  await alice.send(masked(GOES_ON_LAST, words.subarray(words.length - 1)))
  await alice.expect(plain(TEXT, words))
})

// 8.1
test('refuses text that is not UTF-8 with 1007', async () => {
  const server = await startServer()

  await expectFailures(server, 1007, {
    'the byte FF': masked(TEXT, Buffer.from('61ff62', 'hex')),
    'half a character': masked(TEXT, Buffer.from('61c3', 'hex')),
    'a surrogate': masked(TEXT, Buffer.from('eda080', 'hex')),
    'a slash in two bytes': masked(TEXT, Buffer.from('c0af', 'hex')),
    'half a character in the last fragment': Buffer.concat([
      masked(TEXT_BEGINS, Buffer.from('e2', 'hex')),
      masked(GOES_ON_LAST, Buffer.from('82', 'hex')),
    ]),
    'a reason that is not UTF-8': masked(CLOSE, Buffer.concat([close(1000), Buffer.from('ff', 'hex')])),
  })
  const judy = await open(server, 'judy')
  await expectEcho(judy, BINARY, Buffer.from('ffeda080c0', 'hex'))
})

// 7.4.1
test('refuses a message over 16 MiB with 1009, from the header alone', async () => {
  const server = await startServer()
  const [alice, bob, carol, dave] = (await Promise.all(
    PEOPLE.slice(0, 4).map((name) => open(server, name)),
  )) as [Peer, Peer, Peer, Peer]

  await alice.send(header(BINARY, 16n * 2n ** 20n + 1n))
  await expectClose(alice, [1009])
  await bob.send(Buffer.concat([masked(TEXT_BEGINS, long(MIB)), header(GOES_ON, 16n * 2n ** 20n)]))
  await expectClose(bob, [1009])
  await carol.send(Buffer.concat([header(BINARY, 2n ** 32n + 5n), Buffer.from('hello')]))
  await expectClose(carol, [1009])
  // The most significant bit must be 0 (5.2), so this breaks two rules.
  await dave.send(header(BINARY, 2n ** 63n + 5n))
  await expectClose(dave, [1009, 1002])
  await expectEcho(await open(server, 'erin'), BINARY, long(16 * MIB))
})

// 7.1.1
test('ends with FIN, not RST, even if more arrives after a refusal', async () => {
  const server = await startServer()
  const [alice, bob] = [await open(server, 'alice'), await open(server, 'bob')]

  // More than is read in one go: the server has refused the frame long before its end.
  const sent = alice.send(Buffer.concat([header(BINARY, 2n ** 40n), long(2 * MIB)]))
  await expectClose(alice, [1009], { clean: true })
  await sent
  const later = bob.send(Buffer.concat([plain(TEXT, 'a'), long(2 * MIB)]))
  await expectClose(bob, [1002], { clean: true })
  await later
})

// 4.2.1
test('refuses a request that is not a handshake with 400', async () => {
  const server = await startServer()
  const without = (name: string) => request('/echo', { [name]: undefined })

  await expectRefusals(server, [400, 426], { 'a request without Upgrade': without('Upgrade') })
  await expectRefusals(server, [400, 426], {
    'Upgrade: h2c': request('/echo', { Upgrade: 'h2c' }),
    'Upgrade: websockets': request('/echo', { Upgrade: 'websockets' }),
  })
  await expectRefusals(server, [400, 426], {
    'a request without Connection: Upgrade': request('/echo', { Connection: 'keep-alive' }),
    'Connection: no-upgrade': request('/echo', { Connection: 'keep-alive, no-upgrade' }),
  })
  await expectRefusals(server, [400, 405, 501], { 'a POST': request('/echo').replace('GET', 'POST') })
  await expectRefusals(server, [400, 426, 505], { 'HTTP/1.0': request('/echo').replace('/1.1', '/1.0') })
  await expectRefusals(server, [400], {
    'a request without Host': without('Host'),
    'a request without a key': without('Sec-WebSocket-Key'),
    'a key of 15 bytes': request('/echo', { 'Sec-WebSocket-Key': random.bytes(15).toString('base64') }),
    'a key of 18 bytes': request('/echo', { 'Sec-WebSocket-Key': random.bytes(18).toString('base64') }),
    'a line that is not a field': request('/echo', { 'not a field': '' }).replace(
      'not a field: ',
      'not a field',
    ),
    'a frame without a handshake': Buffer.concat([
      masked(TEXT, 'hello', Buffer.from('abcd')),
      Buffer.from('\r\n\r\n'),
    ]),
  })
})

// 4.2.2, 4.4
test('names its version to a client that speaks another', async () => {
  const server = await startServer()
  const version = (value: string | undefined) => request('/echo', { 'Sec-WebSocket-Version': value })

  const heads = await expectRefusals(server, [426, 400], {
    'version 99': version('99'),
    'no version': version(undefined),
  })

  await expectSame(
    heads.map((head) => head.field('sec-websocket-version')?.split(/, */).includes('13')),
    [true, true],
    'name 13 in the field Sec-WebSocket-Version of both answers:',
  )
})

// 4.2.2
test('answers 404 to any other path', async () => {
  const server = await startServer()

  await expectRefusals(server, [404], {
    'the path /': request('/'),
    'the path /ech': request('/ech'),
    'the path /room/1': request('/room/1'),
  })
})

test('refuses an endless request head', async () => {
  const server = await startServer()
  const [alice, bob] = [await server.connect('alice'), await open(server, 'bob')]

  await alice.send(`GET /echo HTTP/1.1\r\nHost: localhost\r\nX-Long: ${random.letters(24 * 1024)}`)
  const { status } = await readHead(alice)
  const isRefused = status >= 400 && status < 500
  await expectThat(isRefused, 'refuse a head of 24 KiB with a status of 4xx', `sent ${status}`)
  await alice.readToEnd()
  await expectEcho(bob, TEXT, random.word())
})

test('sends messages in the room to everyone in it, and to nobody else', async () => {
  const server = await startServer()
  const [alice, bob] = [await open(server, 'alice', '/room'), await open(server, 'bob', '/room')]
  const [words, bytes, later] = [random.line(20), random.bytes(300), random.letters(9)]
  const dave = await open(server, 'dave')

  await alice.send(masked(TEXT, words))
  await Promise.all([alice, bob].map((peer) => peer.expect(plain(TEXT, words))))
  const carol = await open(server, 'carol', '/room')
  await alice.send(masked(TEXT_BEGINS, words))
  await bob.send(masked(BINARY, bytes))
  await Promise.all([alice, bob, carol].map((peer) => peer.expect(plain(BINARY, bytes))))
  await alice.send(masked(GOES_ON_LAST, later))
  await Promise.all([alice, bob, carol].map((peer) => peer.expect(plain(TEXT, words + later))))
  await expectEcho(dave, TEXT, words)
})

test('says nothing to the others when somebody leaves the room', async () => {
  const server = await startServer()
  const [alice, bob, carol, dave] = (await Promise.all(
    PEOPLE.slice(0, 4).map((name) => open(server, name, '/room')),
  )) as [Peer, Peer, Peer, Peer]
  const [first, second] = [random.line(20), random.line(20)]

  await bob.send(masked(CLOSE, close(1000)))
  await expectClose(bob, [1000])
  await carol.end()
  await carol.expectEnd()
  await server.whileStopped(() => Promise.all([alice.send(masked(TEXT, first)), dave.reset()]))

  await alice.expect(plain(TEXT, first))
  await alice.send(masked(TEXT, second))
  await alice.expect(plain(TEXT, second))
})

test(
  'keeps up to 16 MiB for a slow member, even after its Close, and delays nobody',
  meanwhile(async () => {
    allow(30)
    const server = await startServer()
    const [alice, bob, carol] = (await Promise.all(
      PEOPLE.slice(0, 3).map((name) => open(server, name, '/room')),
    )) as [Peer, Peer, Peer]
    const large = long(15 * MIB)

    carol.pause()
    const sent = alice.send(masked(BINARY, large))
    await Promise.all([sent, alice.expect(plain(BINARY, large)), bob.expect(plain(BINARY, large))])
    await bob.send(masked(TEXT, 'hello'))
    await Promise.all([alice, bob].map((peer) => peer.expect(plain(TEXT, 'hello'))))
    await carol.send(masked(CLOSE, close(1000)))
    await server.untilIdle()
    await bob.send(masked(TEXT, 'too late for carol'))
    await Promise.all([alice, bob].map((peer) => peer.expect(plain(TEXT, 'too late for carol'))))
    carol.resume()

    await carol.expect(Buffer.concat([plain(BINARY, large), plain(TEXT, 'hello')]))
    await expectClose(carol, [1000])
  }),
)

test(
  'drops a member that stops reading before 48 MiB wait for it',
  meanwhile(async () => {
    allow(30)
    const server = await startServer()
    const [alice, bob, carol] = (await Promise.all(
      PEOPLE.slice(0, 3).map((name) => open(server, name, '/room')),
    )) as [Peer, Peer, Peer]
    const message = long(256 * 1024)
    const [asked, told] = [masked(BINARY, message), plain(BINARY, message)].map((bytes) =>
      Array<Buffer>(16).fill(bytes),
    ) as [Buffer[], Buffer[]]

    carol.pause()
    await untilDropped(carol, {
      within: 48 * MIB,
      speak: async () => {
        await Promise.all([alice.send(asked), alice.expect(told), bob.expect(told)])
        return told.reduce((sum, bytes) => sum + bytes.length, 0)
      },
    })

    await bob.send(masked(TEXT, 'who is there?'))
    await Promise.all([alice, bob].map((peer) => peer.expect(plain(TEXT, 'who is there?'))))
    await carol.reset()
  }),
)

// 7.4.1: going away; 5.5.1: no data after Close
test('sends Close 1001 to everyone at SIGTERM, waits for theirs, and exits with code 0', async () => {
  const server = await startServer()
  const [alice, bob] = [await open(server, 'alice'), await open(server, 'bob', '/room')]
  const carol = await server.connect('carol')
  await carol.send(request('/echo').slice(0, 40))
  await server.untilIdle()

  await server.signal('SIGTERM')

  await carol.expectEnd()
  await carol.end()
  await expectCloseFrame(alice, [1001])
  await expectCloseFrame(bob, [1001])
  // It may stop listening only after it has sent these.
  await server.untilIdle()
  await server.expectRefused()
  await alice.send(Buffer.concat([masked(TEXT, 'this was on its way'), masked(PING, 'and this')]))
  await bob.send(masked(TEXT_BEGINS, 'so was this'))
  await server.untilIdle()
  await alice.expectNothing()
  await alice.send(masked(CLOSE, close(1001)))
  await alice.expectEnd()
  await bob.send(masked(CLOSE, ''))
  await bob.expectEnd()
  await alice.end()
  await bob.end()
  await server.expectExit(0)
})

test(
  'talks to a page in Chromium',
  meanwhile(async () => {
    const server = await startServer()
    const page = ({ host, port }: { host: string; port: number }) => `<script>
      const socket = new WebSocket('ws://${host}:${port}/echo')
      const seen = []
      socket.binaryType = 'arraybuffer'
      socket.onopen = () => { socket.send('h\u00e9llo'); socket.send(new Uint8Array([0, 128, 255])) }
      socket.onmessage = ({ data }) => {
        seen.push(typeof data === 'string' ? data : [...new Uint8Array(data)])
        if (seen.length === 2) socket.close(4000, 'bye')
      }
      socket.onclose = ({ code, wasClean }) => report({ seen, code, wasClean })
      setTimeout(() => report({ seen, code: 'none within 10 s' }), 10000)
    </script>`

    const seen = await server.browse(page, 'talk to a page in Chromium')

    await expectSame(
      seen,
      { seen: ['h\u00e9llo', [0, 128, 255]], code: 4000, wasClean: true },
      'show a page in Chromium',
    )
  }),
)

test('works without an HTTP or WebSocket library', async () => {
  const server = await startServer()

  await open(server, 'alice')
  await server.expectNoImports(LIBRARIES)
})

/** A handshake; `changes` replace fields, or remove them. */
function request(path: string, changes: Record<string, string | undefined> = {}): string {
  const fields = {
    Host: 'localhost',
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version': '13',
    ...changes,
  }
  const lines = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${value}\r\n`],
  )
  return `GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`
}

/** A client that has shaken hands. */
async function open(server: Server, name: string, path = '/echo'): Promise<Peer> {
  const peer = await server.connect(name)
  const key = random.bytes(16).toString('base64')
  await peer.send(request(path, { 'Sec-WebSocket-Key': key }))
  await expectAccepted(peer, key)
  return peer
}

async function expectAccepted(peer: Peer, key: string, subprotocols = ['none']): Promise<void> {
  const { status, field } = await readHead(peer)
  const proof = createHash('sha1')
    .update(key + GUID)
    .digest('base64')
  const to = `in its answer to ${peer.name}:`
  await expectSame(status, 101, `answer the handshake of ${peer.name} with`)
  const upgrade = field('upgrade')?.toLowerCase() ?? 'none'
  await expectSame(upgrade, 'websocket', `send the field Upgrade ${to}`)
  const connection = field('connection')?.toLowerCase() ?? 'none'
  const upgrades = connection.split(/[ ,]+/).includes('upgrade')
  await expectSame(upgrades ? 'upgrade' : connection, 'upgrade', `send the field Connection ${to}`)
  await expectSame(
    field('sec-websocket-accept') ?? 'none',
    proof,
    `send the field Sec-WebSocket-Accept ${to}`,
  )
  await expectSame(field('sec-websocket-extensions') ?? 'none', 'none', `accept these extensions ${to}`)
  const subprotocol = field('sec-websocket-protocol') ?? 'none'
  await expectSame(
    subprotocols.includes(subprotocol) ? 'none' : subprotocol,
    'none',
    `accept this subprotocol ${to}`,
  )
}

/** The head of an HTTP response. */
async function readHead(
  peer: Peer,
): Promise<{ status: number; field: (name: string) => string | undefined }> {
  const lines = [await peer.readLine()]
  while (lines.at(-1)?.trim() !== '') lines.push(await peer.readLine())
  const bare = lines.filter((line) => !line.endsWith('\r'))
  await expectSame(bare.length, 0, 'end each line of its answer with CR LF; lines without CR:')
  const [, status = '0'] = /^HTTP\/1\.1 (\d{3}) /.exec(lines[0] ?? '') ?? []
  const field = (name: string) =>
    lines
      .find((line) => line.toLowerCase().startsWith(`${name}:`))
      ?.slice(name.length + 1)
      .trim()
  return { status: Number(status), field }
}

/** Each of these requests gets one of the statuses, and FIN. Resolves to the answers' heads. */
async function expectRefusals(
  server: Server,
  statuses: readonly number[],
  requests: Record<string, string | Buffer>,
) {
  const heads: Awaited<ReturnType<typeof readHead>>[] = []
  for (const [i, [what, bytes]] of Object.entries(requests).entries()) {
    const peer = await server.connect(PEOPLE[i] ?? what)
    await peer.send(bytes)
    const head = await readHead(peer)
    await expectSame(
      statuses.includes(head.status) ? statuses[0] : head.status,
      statuses[0],
      `answer ${what} with`,
    )
    await peer.readToEnd()
    heads.push(head)
    await peer.end()
  }
  return heads
}

/** Each of these codes, from a client of its own, comes back. */
async function expectCloses(server: Server, codes: readonly number[]): Promise<void> {
  for (const [i, code] of codes.entries()) {
    const peer = await open(server, PEOPLE[i + 3] ?? `${code}`)
    await peer.send(masked(CLOSE, close(code)))
    await expectClose(peer, [code])
  }
}

/** Each of these, from its own client, gets a Close with this code; what follows is ignored. */
async function expectFailures(server: Server, code: number, frames: Record<string, Buffer>): Promise<void> {
  for (const [i, [what, bytes]] of Object.entries(frames).entries()) {
    const peer = await open(server, PEOPLE[i] ?? what)
    await peer.send(Buffer.concat([bytes, masked(PING, 'too late')]))
    await expectClose(peer, [code], { what })
  }
}

async function expectClose(
  peer: Peer,
  codes: readonly (number | string)[],
  { what = '', clean = false } = {},
): Promise<void> {
  await expectCloseFrame(peer, codes, what)
  await peer.expectEnd({ clean })
}

/** A Close frame with one of the codes, perhaps with a reason; it answers `what`. */
async function expectCloseFrame(peer: Peer, codes: readonly (number | string)[], what = ''): Promise<void> {
  const [wanted = ''] = codes
  const [first = 0, length = 0] = await peer.read(2, `a Close frame (${wanted})${what && ` for ${what}`}`)
  const answer = what ? `answer ${what} with` : `send ${peer.name}`
  await expectSame(
    NAMES[first] ?? `a frame that begins with ${first}`,
    'Close',
    `${answer} a frame of this kind:`,
  )
  const payload = await peer.read(length, 'the rest of the Close frame')
  const code = payload.length < 2 ? 'no code' : payload.readUInt16BE()
  await expectSame(codes.includes(code) ? wanted : code, wanted, `${answer} a Close frame with the code`)
}

async function expectEcho(peer: Peer, first: number, payload: string | Buffer): Promise<void> {
  await peer.send(masked(first, payload))
  await peer.expect(plain(first, payload))
}

/** A client's frame; `first` is its first byte. */
function masked(first: number, payload: string | Uint8Array, mask: Uint8Array = random.bytes(4)): Buffer {
  const bytes = Buffer.from(payload)
  const head = start(first, BigInt(bytes.length), true)
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = (bytes[i] ?? 0) ^ (mask[i % 4] ?? 0)
  return Buffer.concat([head, mask, bytes])
}

/** A server's frame, or that of a client that forgets the mask. */
function plain(first: number, payload: string | Uint8Array): Buffer {
  const bytes = Buffer.from(payload)
  return Buffer.concat([start(first, BigInt(bytes.length), false), bytes])
}

/** The header of a client's frame, and nothing after it. */
function header(first: number, length: bigint): Buffer {
  return Buffer.concat([start(first, length, true), random.bytes(4)])
}

function start(first: number, length: bigint, mask: boolean): Buffer {
  const bit = mask ? 0x80 : 0
  if (length < 126n) return Buffer.of(first, bit | Number(length))
  const bytes = Buffer.alloc(length < 65_536n ? 4 : 10)
  bytes.writeUInt8(first)
  bytes.writeUInt8(bit | (length < 65_536n ? 126 : 127), 1)
  if (length < 65_536n) bytes.writeUInt16BE(Number(length), 2)
  else bytes.writeBigUInt64BE(length, 2)
  return bytes
}

/** The payload of a Close frame. */
function close(code: number, reason = ''): Buffer {
  return Buffer.concat([Buffer.of(code >> 8, code & 0xff), Buffer.from(reason)])
}

/** A long payload of letters. */
function long(length: number): Buffer {
  return Buffer.alloc(length, random.letters(1021))
}

function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
}

function nextMessage(socket: WebSocket): Promise<object> {
  return new Promise((resolve) => {
    socket.once('message', (data: Buffer, isBinary) =>
      resolve(isBinary ? { bytes: data.toString('base64') } : { words: `${data}` }),
    )
  })
}

/** The code that the API reports; two of them stand for what did not come. */
function closeCode(socket: WebSocket): Promise<string> {
  const meanings: Record<number, string> = { 1005: ' (a Close without a code)', 1006: ' (no Close came)' }
  return new Promise((resolve) => {
    socket.once('close', (code) => resolve(`${code}${meanings[code] ?? ''}`))
  })
}
