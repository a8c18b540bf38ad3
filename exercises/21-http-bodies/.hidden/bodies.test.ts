import { utimesSync } from 'node:fs'
import http from 'node:http'
import {
  allow,
  everyWay,
  expectDone,
  expectSame,
  inSteps,
  inTime,
  makeFolder,
  meanwhile,
  oneAfterAnother,
  type Peer,
  random,
  runProgram,
  type Server,
  startServer,
} from '#harness'

const MIB = 1024 * 1024
const HOUR = 3_600_000
const IDLE_MS = 300
/** Sizes for `sendInPieces`: once it is done, the first byte is known to have been read. */
const STEP = [1, 99] as const
/** While bytes flow, 30 to 140 MiB of chunks wait for the garbage collector, however many flow. */
const FLOWING = 208 * MIB

test('answers one request after another on one connection', async () => {
  const { server, one, two } = await serve()
  const alice = await server.connect('alice')

  await ask(alice, get('/one.txt'), { status: 200, body: one })
  await ask(alice, get('/two.txt'), { status: 200, body: two })
  await ask(alice, get('/missing.txt'), { status: 404 })
  await ask(alice, head('/two.txt'), {
    status: 200,
    fields: { 'content-length': `${two.length}` },
    bare: true,
  })
  await ask(alice, head('/missing.txt'), { status: 404, bare: true })
  await ask(alice, get('/one.txt'), { status: 200, body: one })
})

test(
  'ends the connection after the answer if the client says close',
  meanwhile(async () => {
    const { server, one } = await serve()
    const alice = await server.connect('alice')
    const bob = await server.connect('bob')

    await ask(alice, get('/one.txt', 'Connection: close'), {
      status: 200,
      body: one,
      fields: { connection: 'close' },
    })
    await alice.expectEnd({ clean: true })
    // What follows such a request is not answered (RFC 9112, 9.6).
    await ask(bob, get('/one.txt', 'connection: keep-alive , Close') + get('/two.txt'), {
      status: 200,
      body: one,
    })
    await bob.expectEnd()
  }),
)

test('ends the connection of an HTTP/1.0 client that does not ask to keep it', async () => {
  const { server, one } = await serve()
  const alice = await server.connect('alice')

  await ask(alice, old('GET /one.txt'), { status: 200, body: one })
  await alice.expectEnd()
})

test(
  'keeps an HTTP/1.0 connection if the client asks, and says so',
  meanwhile(async () => {
    const { server, one, two } = await serve()
    const alice = await server.connect('alice')
    const kept = { connection: 'keep-alive' }

    await ask(alice, old('GET /one.txt', 'Connection: Keep-Alive'), { status: 200, body: one, fields: kept })
    await ask(alice, old('GET /two.txt', 'Connection: keep-alive'), { status: 200, body: two, fields: kept })
    await ask(alice, old('GET /one.txt'), { status: 200, body: one })
    await alice.expectEnd()
  }),
)

test('follows the rules of exercise 20 on a kept connection', async () => {
  const page = `<p>${random.line(20)} żółw`
  const { server } = await serve(
    { 'site/index.html': page, 'out.txt': 'secret', 'site/out': { link: '../out.txt' } },
    HOUR,
    'site',
  )
  const alice = await server.connect('alice')
  const html = { 'content-type': 'text/html; charset=utf-8' }

  await ask(alice, get('/'), { status: 200, body: page, fields: html })
  await ask(alice, head('/'), { status: 200, fields: html, bare: true })
  await ask(alice, 'DELETE / HTTP/1.1\r\nHost: a\r\n\r\n', { status: 405, fields: { allow: 'GET, HEAD' } })
  await expectNothingOutside(server, get('/%2e%2e/out.txt'))
  await expectNothingOutside(server, get('/..%2fout.txt'))
  await expectNothingOutside(server, get('/out'))
  await ask(alice, 'GET http://a/?x=1 HTTP/1.1\r\nHost: a\r\n\r\n', { status: 200, body: page })
})

test('echoes a body of Content-Length bytes', async () => {
  const { server } = await serve()
  const alice = await server.connect('alice')
  const every = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
  const text = `${random.line(40)}\r\n\r\n`

  await ask(alice, post('/echo', text), { status: 200, body: text })
  await ask(alice, post('/echo', every), { status: 200, body: every })
  await ask(alice, post('/echo?to=me', text), { status: 200, body: text })
  await ask(alice, post('/echo', ''), { status: 200, body: '' })
  await ask(alice, 'POST /echo HTTP/1.1\r\nHost: a\r\n\r\n', { status: 200, body: '' })
  await ask(alice, get('/echo'), { status: 405, fields: { allow: 'POST' } })
})

test('echoes a chunked body, without sizes, extensions and trailers', async () => {
  const { server } = await serve()
  const alice = await server.connect('alice')
  const [one, two] = [random.letters(26), `${random.letters(5)}\r\n0\r\n\r\n`]

  await ask(alice, chunked(`1a\r\n${one}\r\n00C\r\n${two}\r\n0\r\n\r\n`), { status: 200, body: one + two })
  await ask(alice, chunked(`1A;a=b;c="d e"\r\n${one}\r\n000;last\r\n\r\n`), { status: 200, body: one })
  await ask(alice, chunked(`1a\r\n${one}\r\n0\r\nX-Count: 26\r\nX-Sum: ${two.length}\r\n\r\n`), {
    status: 200,
    body: one,
  })
  await ask(alice, chunked('0\r\n\r\n'), { status: 200, body: '' })
  await ask(alice, chunked(`1a\r\n${one}\r\n0\r\n\r\n`).replace('chunked', 'Chunked'), {
    status: 200,
    body: one,
  })
  await ask(alice, get('/one.txt'), { status: 200 })
})

test('never treats a body as a request, whatever the answer is', async () => {
  const { server, one, two } = await serve({ 'hidden.txt': 'this file is named only in a body' })
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')
  const body = get('/hidden.txt')

  await ask(alice, post('/echo', body), { status: 200, body })
  await ask(alice, get('/two.txt', `Content-Length: ${body.length}`) + body, { status: 200, body: two })
  await ask(alice, get('/one.txt'), { status: 200, body: one })
  await refusesBody(alice, post('/missing.txt', body), body)
  await refusesBody(bob, chunked(`${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`, '/one.txt'), body)
})

test('treats what follows a body as the next request', async () => {
  const { server, one, two } = await serve()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')

  await alice.send(
    post('/echo', 'hello') + get('/one.txt') + chunked('5\r\nhello\r\n0\r\n\r\n') + get('/two.txt'),
  )
  await expectAnswer(alice, post('/echo', ''), { status: 200, body: 'hello' })
  await expectAnswer(alice, get('/one.txt'), { status: 200, body: one })
  await expectAnswer(alice, chunked(''), { status: 200, body: 'hello' })
  await expectAnswer(alice, get('/two.txt'), { status: 200, body: two })
  await ask(bob, `${post('/echo', 'hello')}world\r\n\r\n`, { status: 200, body: 'hello' })
  await expectLast(bob, '400', 'answer an invalid request after a body with FIN, perhaps after')
})

test(
  'understands requests and bodies however TCP splits them',
  meanwhile(async () => {
    allow(60)
    const { server } = await serve({ f: 'file' })
    const alike = (request: string, body: string) => ({
      send: request,
      expect: (peer: Peer) => expectAnswer(peer, request, { status: 200, body }).then(() => {}),
    })

    await everyWay(server, [
      alike('POST /echo HTTP/1.1\r\nHost:a\r\nContent-Length:3\r\n\r\nG\r\n', 'G\r\n'),
      alike(
        'POST /echo HTTP/1.1\r\nHost:a\r\nTransfer-Encoding:chunked\r\n\r\n2;x\r\nhe\r\n1\r\ny\r\n0\r\nA:b\r\n\r\n',
        'hey',
      ),
      alike('GET /f HTTP/1.1\r\nHost:a\r\n\r\n', 'file'),
    ])
  }),
)

test(
  'sends the lines of a stream in chunks, each when it is due',
  meanwhile(async () => {
    const { server } = await serve()
    const alice = await server.connect('alice')
    const bob = await server.connect('bob')
    const count = random.int(40, 60)

    await ask(alice, get(`/stream/${count}`), {
      status: 200,
      body: lines(count),
      fields: { 'transfer-encoding': 'chunked' },
    })
    await ask(alice, get('/stream/0'), { status: 200, body: '', fields: { 'transfer-encoding': 'chunked' } })
    await ask(alice, head('/stream/5'), { status: 200, bare: true })
    await ask(alice, get('/stream/five'), { status: 404 })
    // Nobody can collect first what takes five days.
    await bob.send(get('/stream/90000000'))
    await readHead(bob)
    await expectSame(await readSome(bob, lines(3).length), lines(3), 'begin a stream with')
    await bob.reset()
  }),
)

test(
  'sends each line of a stream 5 ms after the one before',
  meanwhile(async () => {
    const { server } = await serve()
    const alice = await server.connect('alice')
    await server.untilIdle()

    await ask(alice, get('/stream/400'), { status: 200, body: lines(400) })

    await alice.expectDelay(399 * 5 - 50, 'line 400')
  }),
)

test('streams to an HTTP/1.0 client without chunks, and ends with FIN', async () => {
  const { server } = await serve()
  const alice = await server.connect('alice')

  await alice.send(old('GET /stream/3', 'Connection: keep-alive'))

  await expectSame(
    (await readHead(alice)).fields.get('transfer-encoding') ?? 'none',
    'none',
    'answer HTTP/1.0 with the Transfer-Encoding',
  )
  await expectSame(await alice.readToEnd(), lines(3), 'answer HTTP/1.0 with the body')
})

test(
  'stops a stream when its client is gone',
  meanwhile(async () => {
    const { server } = await serve()
    const held = await server.sockets()

    await oneAfterAnother(5, async (name) => {
      const guest = await server.connect(name)
      await guest.send(get('/stream/90000000'))
      await readHead(guest)
      await guest.reset()
    })

    await server.expectSockets(held)
    await server.expectRest('after all clients have left')
  }),
)

test(
  'answers pipelined requests in order, even if the first takes long',
  meanwhile(async () => {
    const { server, one } = await serve()
    const alice = await server.connect('alice')
    const bob = await server.connect('bob')
    const word = random.word()

    await alice.send(
      get('/stream/80') + post('/echo', word) + get('/one.txt') + get('/stream/3') + get('/missing.txt'),
    )
    await ask(bob, get('/one.txt'), { status: 200, body: one })

    await expectAnswer(alice, get('/stream/80'), { status: 200, body: lines(80) })
    await expectAnswer(alice, post('/echo', ''), { status: 200, body: word })
    await expectAnswer(alice, get('/one.txt'), { status: 200, body: one })
    await expectAnswer(alice, get('/stream/3'), { status: 200, body: lines(3) })
    await expectAnswer(alice, get('/missing.txt'), { status: 404 })
  }),
)

test(
  'sends all answers that are due after the client has ended',
  meanwhile(async () => {
    const { server, one } = await serve()
    const alice = await server.connect('alice')

    await server.whileStopped(async () => {
      await alice.send(get('/stream/60') + get('/one.txt'))
      await alice.end()
    })

    await expectAnswer(alice, get('/stream/60'), { status: 200, body: lines(60) })
    await expectAnswer(alice, get('/one.txt'), { status: 200, body: one })
    await alice.expectEnd()
  }),
)

test('sends 100 Continue to a client that waits for it', async () => {
  const { server } = await serve()
  const alice = await server.connect('alice')
  const word = random.letters(12)

  await ask(alice, post('/echo', 12, 'Expect: 100-continue'), { status: 100, bare: true })
  await ask(alice, word, { status: 200, body: word }, 'the body after 100')
  await ask(alice, chunked('', '/echo', 'expect: 100-Continue'), { status: 100, bare: true })
  await ask(alice, `c\r\n${word}\r\n0\r\n\r\n`, { status: 200, body: word }, 'the chunks after 100')
  await ask(alice, old('POST /echo', 'Expect: 100-continue', 'Content-Length: 12') + word, {
    status: 200,
    body: word,
  })
})

test('refuses at once a request whose client holds its body back', async () => {
  const { server } = await serve()
  const alice = await server.connect('alice')

  await alice.send(post('/one.txt', 100 * MIB, 'Expect: 100-continue'))

  const first = await readHead(alice)
  const last = first.start === 'HTTP/1.1 100' ? await readHead(alice) : first
  await expectSame(last.start, 'HTTP/1.1 405', 'answer POST /one.txt, before its body has come, with')
  if (last !== first) return alice.reset() // told to go on, it may send its body
  await readBody(alice, last.fields)
  await alice.expectEnd()
})

test('sends an ETag with each file, and 304 to a client that knows it', async () => {
  const { server, one, two } = await serve()
  const alice = await server.connect('alice')
  const etag = await etagOf(alice, '/one.txt')
  const known = { status: 304, fields: { etag }, bare: true }

  await ask(alice, get('/one.txt', `If-None-Match: ${etag}`), known)
  await ask(alice, get('/one.txt', `If-None-Match: "other", ${etag}`), known)
  await ask(alice, get('/one.txt', `If-None-Match: W/${etag}`), known)
  await ask(alice, head('/one.txt', 'If-None-Match: *'), known)
  await ask(alice, get('/one.txt', `If-None-Match: ${etag}`, 'Range: bytes=0-1'), known)
  await ask(alice, get('/one.txt', 'If-None-Match: "other"'), { status: 200, body: one, fields: { etag } })
  await ask(alice, get('/two.txt', `If-None-Match: ${etag}`), { status: 200, body: two })
  await ask(alice, get('/missing.txt', 'If-None-Match: *'), { status: 404 })
})

test('changes the ETag when the file changes', async () => {
  const { server, one, folder } = await serve()
  const alice = await server.connect('alice')
  const etag = await etagOf(alice, '/one.txt')
  const longer = `${one} and more`

  folder.write('one.txt', longer)

  await ask(alice, get('/one.txt', `If-None-Match: ${etag}`), { status: 200, body: longer })
  const later = await etagOf(alice, '/one.txt')
  const other = longer.toUpperCase()
  folder.write('one.txt', other)
  // Some servers count whole seconds.
  utimesSync(`${folder.path}/one.txt`, new Date(), new Date(Date.now() + 10_000))
  await ask(alice, get('/one.txt', `If-None-Match: ${later}`), { status: 200, body: other })
})

test('sends the part of a file that Range asks for, with 206', async () => {
  const text = random.letters(1000)
  const { server } = await serve({ f: text })
  const alice = await server.connect('alice')
  const etag = await etagOf(alice, '/f')
  const part = (from: number, to: number) => ({
    status: 206,
    body: text.slice(from, to + 1),
    fields: { 'content-range': `bytes ${from}-${to}/1000`, etag },
  })

  await ask(alice, get('/f', 'Range: bytes=0-0'), part(0, 0))
  await ask(alice, get('/f', 'Range: bytes=10-99'), part(10, 99))
  await ask(alice, get('/f', 'Range: bytes=990-'), part(990, 999))
  await ask(alice, get('/f', 'Range: bytes=990-5000'), part(990, 999))
  await ask(alice, get('/f', 'Range: bytes=-7'), part(993, 999))
  await ask(alice, get('/f', 'Range: bytes=-5000'), part(0, 999))
  await ask(alice, head('/f', 'Range: bytes=10-99'), {
    status: 200,
    fields: { 'content-length': '1000' },
    bare: true,
  })
})

test('answers 416 with the size of the file if a Range starts after its end', async () => {
  const { server, one } = await serve()
  const alice = await server.connect('alice')
  const none = { status: 416, fields: { 'content-range': `bytes */${one.length}` } }

  await ask(alice, get('/one.txt', `Range: bytes=${one.length}-`), none)
  await ask(alice, get('/one.txt', 'Range: bytes=5000-6000'), none)
  await ask(alice, get('/one.txt', 'Range: bytes=-0'), none)
})

test('sends the whole file if If-Range names another version', async () => {
  const { server, one } = await serve()
  const alice = await server.connect('alice')
  const etag = await etagOf(alice, '/one.txt')

  await ask(alice, get('/one.txt', 'Range: bytes=0-1', `If-Range: ${etag}`), {
    status: 206,
    body: one.slice(0, 2),
  })
  await ask(alice, get('/one.txt', 'Range: bytes=0-1', 'If-Range: "other"'), { status: 200, body: one })
  await ask(alice, get('/one.txt', 'Range: bytes=0-1', `If-Range: W/${etag}`), { status: 200, body: one })
})

test('refuses a Content-Length that is not one number', async () => {
  await expectRefused(
    [
      ['Content-Length: 5', 'Content-Length: 6'],
      ['Content-Length: 5, 6'],
      ['Content-Length: +5'],
      ['Content-Length: -5'],
      ['Content-Length: 0x5'],
      ['Content-Length: 5e0'],
      ['Content-Length: 5 5'],
      ['Content-Length: 5.0'],
      ['Content-Length: '],
    ].map((fields) => [
      fields.join(' / '),
      `POST /echo HTTP/1.1\r\nHost: a\r\n${fields.join('\r\n')}\r\n\r\nhello`,
    ]),
  )
})

test('refuses a Transfer-Encoding that does not end in chunked', async () => {
  const coded = (codings: string, body: string) =>
    [
      `Transfer-Encoding: ${codings}`,
      `POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: ${codings}\r\n\r\n${body}`,
    ] as const

  await expectRefused([
    coded('identity', ''),
    coded('xchunked', '0\r\n\r\n'),
    coded('chunked, identity', '0\r\n\r\n'),
    coded('chunked\r\nTransfer-Encoding: identity', '0\r\n\r\n'),
  ])
})

test('refuses chunks with an invalid size or end', async () => {
  await expectRefused(
    [
      'xyz\r\nhello\r\n0\r\n\r\n',
      '0x5\r\nhello\r\n0\r\n\r\n',
      '5x\r\nhello\r\n0\r\n\r\n',
      '-5\r\nhello\r\n0\r\n\r\n',
      '+5\r\nhello\r\n0\r\n\r\n',
      '\r\nhello\r\n0\r\n\r\n',
      '10000000000000005\r\nhello\r\n0\r\n\r\n',
      'fffffffffffffffffffffffff\r\nhello\r\n0\r\n\r\n',
      '5\r\nhello!\r\n0\r\n\r\n',
      '5\r\nhello0\r\n\r\n',
      '4\r\nhello\r\n0\r\n\r\n',
    ].map((body) => [`a body of ${JSON.stringify(body)}`, chunked(body)]),
  )
})

test('refuses fields that two servers could read differently', async () => {
  await expectRefused([
    ['a space before the colon', 'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length : 5\r\n\r\nhello'],
    [
      'a space before the colon',
      'POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n',
    ],
    ['a field with no colon', 'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length 5\r\n\r\nhello'],
    ['two Host fields', 'GET /one.txt HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'],
    ['no Host field', 'GET /one.txt HTTP/1.1\r\n\r\n'],
    ['a trailer with no colon', chunked('0\r\nnonsense\r\n\r\n')],
  ])
})

test('ends the connection after a request with both lengths, or with chunks in HTTP/1.0', async () => {
  await expectRefused(
    [
      ['both lengths', chunked('0\r\n\r\n', '/echo', 'Content-Length: 5')],
      ['both lengths', chunked('5\r\nhello\r\n0\r\n\r\n', '/echo', 'Content-Length: 0')],
      [
        'chunks in HTTP/1.0',
        `${old('POST /missing.txt', 'Connection: keep-alive', 'Transfer-Encoding: chunked')}0\r\n\r\n`,
      ],
    ],
    ['200', '404', '405'],
  )
})

test('refuses chunk lines and trailers over 32 KiB', async () => {
  await expectRefused(
    [
      ['a chunk line of 48 KiB', chunked(`5;${random.letters(48 * 1024)}\r\nhello\r\n0\r\n\r\n`)],
      ['48 KiB of trailers', chunked(`0\r\n${`X-Trailer: ${random.letters(1000)}\r\n`.repeat(48)}\r\n`)],
    ],
    ['413', '431'],
  )
})

test(
  'ends a connection that has been idle for IDLE_MS',
  meanwhile(
    inTime(IDLE_MS, async (idle) => {
      const { server } = await serve({}, idle)
      const alice = await server.connect('alice')
      const bob = await server.connect('bob')

      await inSteps(alice, idle, [() => ask(alice, post('/echo', 'hello'), { status: 200, body: 'hello' })])

      await expectTimeout(alice)
      await expectTimeout(bob)
    }),
  ),
)

test(
  'ends a connection that falls silent in the middle of a request',
  meanwhile(
    inTime(IDLE_MS, async (idle) => {
      const { server } = await serve({}, idle)
      const alice = await server.connect('alice')
      await inSteps(alice, idle, [() => alice.sendInPieces('GET /one.txt HTTP/1.1\r\nHost: ', [99])])
      const bob = await server.connect('bob')
      await inSteps(bob, idle, [() => bob.sendInPieces(`${post('/echo', 1000)}hello`, [99])])
      const carol = await server.connect('carol')
      await inSteps(carol, idle, [() => carol.sendInPieces(chunked('5\r\nhel'), [99])])

      await alice.readToEnd()
      await bob.readToEnd()
      await carol.readToEnd()
    }),
  ),
)

test(
  'keeps a connection that is used now and then',
  meanwhile(
    inTime(IDLE_MS, async (idle) => {
      const { server } = await serve({}, idle)
      const alice = await server.connect('alice')
      const step = () => ask(alice, post('/echo', 'hello'), { status: 200, body: 'hello' })

      await inSteps(alice, idle, Array(9).fill(step), { every: idle / 4 })
      await alice.reset()
    }),
  ),
)

test(
  'waits for a request that arrives slowly but steadily',
  meanwhile(
    inTime(IDLE_MS, async (idle) => {
      const { server } = await serve({}, idle)
      const alice = await server.connect('alice')
      const send = async (text: string) => {
        await alice.sendInPieces(text, STEP)
        await alice.expectNothing()
      }
      const end = () => ask(alice, ': z\r\nHost: a\r\n\r\n', { status: 404 }, 'GET /missing.txt')
      const steps = ['GET /missing.txt HTTP/1.1\r\n', ...Array(9).fill('xy')].map((text) => () => send(text))

      await inSteps(alice, idle, [...steps, end], { every: idle / 4 })
      await alice.reset()
      const bob = await server.connect('bob')
      const parts = [chunked(''), ...Array(9).fill('1\r\nx\r\n')].map(
        (text) => () => bob.sendInPieces(text, STEP),
      )
      const last = () => ask(bob, '0\r\n\r\n', { status: 200, body: 'x'.repeat(9) }, 'POST /echo')

      await inSteps(bob, idle, [...parts, last], { every: idle / 4 })
      await bob.reset()
    }),
  ),
)

test(
  'does not cut off an answer that takes longer than IDLE_MS',
  meanwhile(
    inTime(IDLE_MS, async (idle) => {
      const { server } = await serve({}, idle)
      const alice = await server.connect('alice')
      const count = idle / 2
      const begin = async () => {
        await alice.send(get(`/stream/${count}`))
        await readHead(alice)
      }

      await inSteps(alice, idle, [begin])

      await expectSame((await readChunks(alice)).toString(), lines(count), 'stream')
      await expectTimeout(alice)
    }),
  ),
)

test('serves others when a client resets in the middle of a body', async () => {
  const { server, one } = await serve()
  const held = await server.sockets()
  const [alice, bob, carol] = [
    await server.connect('alice'),
    await server.connect('bob'),
    await server.connect('carol'),
  ]

  await alice.sendInPieces(`${post('/echo', 1000)}hello`, [1000])
  await bob.sendInPieces(chunked('5\r\nhel'), [1000])
  await server.untilIdle()
  await alice.reset()
  await bob.reset()

  await ask(carol, get('/one.txt'), { status: 200, body: one })
  await server.expectSockets(held + 1)
})

test(
  'serves curl, fetch and node:http on connections that they keep',
  meanwhile(async () => {
    const { server, one, two } = await serve()
    const { host, port } = await server.relay('client')
    const url = `http://${host}:${port}`
    const upload = random.letters(1.5 * MIB) // so long that curl sends Expect first

    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
    await expectSame(viaAgent(agent, `${url}/one.txt`), { text: one, reused: false }, 'answer node:http with')
    await expectSame(
      viaAgent(agent, `${url}/two.txt`),
      { text: two, reused: true },
      'keep the connection of node:http:',
    )
    agent.destroy()
    const answer = await expectDone(
      fetch(`${url}/echo`, {
        method: 'POST',
        body: new Blob([upload]).stream(),
        duplex: 'half',
      } as RequestInit),
      'answer fetch',
    )
    const echoed = await expectDone(answer.text(), 'answer fetch')
    await expectSame(
      echoed === upload ? 'all of it' : 'other bytes',
      'all of it',
      'echo what fetch has sent:',
    )
    const curl = await runProgram(
      [
        'curl',
        '-sS',
        '-o',
        '/dev/null',
        '-o',
        '/dev/null',
        '-w',
        '%{num_connects} ',
        `${url}/one.txt`,
        `${url}/two.txt`,
      ],
      'answer curl',
    )
    await expectSame(curl.stdout.toString(), '1 0 ', 'make curl open, for two requests, connections:')
    const echo = await runProgram(
      ['curl', '-sS', '--data-binary', '@-', `${url}/echo`],
      'answer curl',
      upload,
    )
    const printed = echo.stdout.toString()
    await expectSame(
      printed === upload ? 'all of it' : 'other bytes',
      'all of it',
      'echo what curl has sent:',
    )
  }),
)

test(
  'serves 20 scripts to a page in Chromium',
  meanwhile(async () => {
    const words = Array.from({ length: 20 }, () => random.word())
    const { server } = await serve(
      Object.fromEntries(words.map((word, i) => [`${i}.js`, `words[${i}] = '${word}'`])),
    )

    const seen = await server.browse(
      ({ host, port }) =>
        `<script>const words = []; onload = () => report(words)</script>${words.map((_, i) => `<script src="http://${host}:${port}/${i}.js"></script>`).join('')}`,
      'load 20 scripts into a page',
    )

    const loaded = words.filter((word, i) => Array.isArray(seen) && seen[i] === word)
    await expectSame(loaded.length, 20, 'make Chromium load scripts:')
  }),
)

test(
  'reads a body no faster than its client reads the echo',
  meanwhile(async () => {
    allow(60)
    const { server } = await serve()
    const alice = await server.connect('alice')
    const block = random.bytes(4 * MIB)
    const one = Buffer.concat([Buffer.from('400000\r\n'), block, Buffer.from('\r\n')])
    server.limitMemory({ within: FLOWING, of: await server.memory() })

    alice.pause()
    const sent = alice.send([Buffer.from(chunked('')), ...Array(64).fill(one), Buffer.from('0\r\n\r\n')])
    await server.untilIdle()
    alice.resume()

    await expectLongEcho(alice, block, 64)
    await sent
  }),
)

test(
  'reads a file no faster than its client reads the answer',
  meanwhile(async () => {
    const bytes = random.bytes(3 * MIB)
    const { server } = await serve({ bytes, zeros: { zeros: 300 * MIB } })
    const alice = await server.connect('alice')
    const length = bytes.length - 1001
    server.limitMemory({ within: FLOWING, of: await server.memory() })

    await alice.send(get('/bytes', 'Range: bytes=1001-'))
    const { fields } = await readHead(alice)
    await expectSame(fields.get('content-length'), `${length}`, 'answer a Range with the Content-Length')
    await alice.expect(bytes.subarray(1001))
    alice.pause()
    await alice.send(get('/zeros', 'Range: bytes=1001-'))
    await server.untilIdle()

    await alice.reset()
  }),
)

interface Wanted {
  status: number
  body?: string | Buffer
  fields?: Record<string, string>
  /** No body follows, whatever the fields say. */
  bare?: boolean
}

/** A server with two files, and with these. */
async function serve(files: Parameters<typeof makeFolder>[0] = {}, idle = HOUR, below = '') {
  const [one, two] = [random.line(30), random.line(60)]
  const folder = makeFolder({ 'one.txt': one, 'two.txt': two, ...files })
  const server = await startServer({ env: { ROOT: `${folder.path}/${below}`, IDLE_MS: `${idle}` } })
  return { server, folder, one, two }
}

function get(path: string, ...fields: string[]): string {
  return [`GET ${path} HTTP/1.1`, 'Host: a', ...fields, '\r\n'].join('\r\n')
}

function head(path: string, ...fields: string[]): string {
  return get(path, ...fields).replace('GET', 'HEAD')
}

function old(start: string, ...fields: string[]): string {
  return [`${start} HTTP/1.0`, ...fields, '\r\n'].join('\r\n')
}

/** With this body, or without one if it is a number: then only the length is announced. */
function post<Body extends string | Buffer | number>(
  path: string,
  body: Body,
  ...fields: string[]
): Body extends Buffer ? Buffer : string
function post(path: string, body: string | Buffer | number, ...fields: string[]): string | Buffer {
  const length = typeof body === 'number' ? body : body.length
  const start = [`POST ${path} HTTP/1.1`, 'Host: a', `Content-Length: ${length}`, ...fields, '\r\n'].join(
    '\r\n',
  )
  if (typeof body === 'number') return start
  return typeof body === 'string' ? start + body : Buffer.concat([Buffer.from(start), body])
}

/** With this body, chunks and all, as it is on the wire. */
function chunked(wire: string, path = '/echo', ...fields: string[]): string {
  return [`POST ${path} HTTP/1.1`, 'Host: a', 'Transfer-Encoding: chunked', ...fields, `\r\n${wire}`].join(
    '\r\n',
  )
}

function lines(count: number): string {
  return Array.from({ length: count }, (_, i) => `line ${i + 1}\n`).join('')
}

async function ask(
  peer: Peer,
  request: string | Buffer,
  wanted: Wanted,
  name = nameOf(request),
): Promise<Map<string, string>> {
  await peer.send(request)
  return expectAnswer(peer, name, wanted)
}

function nameOf(request: string | Buffer): string {
  return `${request.toString('latin1')}`.split('\r\n')[0]?.replace(/ HTTP\/1.1$/, '') ?? ''
}

/** Reads the next answer, to this request; returns its fields. */
async function expectAnswer(peer: Peer, request: string, wanted: Wanted): Promise<Map<string, string>> {
  const name = nameOf(request)
  const { start, fields } = await readHead(peer)
  await expectSame(start, `HTTP/1.1 ${wanted.status}`, `answer ${name} with`)
  for (const [field, value] of Object.entries(wanted.fields ?? {})) {
    const sent = fields.get(field) ?? 'none'
    await expectSame(
      isAlike(sent, value) ? value.toLowerCase() : sent.toLowerCase(),
      value.toLowerCase(),
      `answer ${name} with the field ${field}:`,
    )
  }
  if (wanted.bare) return fields
  const body = await readBody(peer, fields)
  const expected = wanted.body ?? body
  await expectSame(
    body.toString('latin1'),
    Buffer.from(expected).toString('latin1'),
    `answer ${name} with the body`,
  )
  return fields
}

/** The case, the order of a list and the spaces after `;` and `,` are up to the server. */
function isAlike(one: string, other: string): boolean {
  const plain = (value: string) =>
    value
      .toLowerCase()
      .replace(/;\s*/g, ';')
      .split(/\s*,\s*/)
      .sort()
      .join()
  return plain(one) === plain(other)
}

/** Version and status, and the fields by name, in lower case. */
async function readHead(peer: Peer): Promise<{ start: string; fields: Map<string, string> }> {
  // Every answer starts like this: what came instead, or that nothing came, is reported best here.
  await peer.expect('HTTP/1.1 ')
  const [status = '', ...rest] = await readUpToBlank(peer)
  const pairs = rest.map((line) => /^([^:]*):\s*(.*?)\s*$/.exec(line) ?? ['', line, ''])
  return {
    start: `HTTP/1.1 ${status.slice(0, 3)}`,
    fields: new Map(pairs.map(([, name = '', value = '']) => [name.toLowerCase(), value])),
  }
}

async function readUpToBlank(peer: Peer): Promise<string[]> {
  const line = await peer.readLine()
  await expectSame(line.slice(-1), '\r', `end the line "${line}" with`)
  return line === '\r' ? [] : [line.slice(0, -1), ...(await readUpToBlank(peer))]
}

/** Framed as the server likes: in chunks, with a length, or by the end of the connection. */
async function readBody(peer: Peer, fields: Map<string, string>): Promise<Buffer> {
  const length = fields.get('content-length')
  if (length !== undefined) return peer.read(Number(length))
  return fields.has('transfer-encoding') ? readChunks(peer) : Buffer.from(await peer.readToEnd())
}

async function readChunks(peer: Peer): Promise<Buffer> {
  const parts: Buffer[] = []
  for (let size = await readChunkSize(peer); size > 0; size = await readChunkSize(peer)) {
    parts.push(await peer.read(size))
    await peer.expect('\r\n')
  }
  await readUpToBlank(peer)
  return Buffer.concat(parts)
}

async function readChunkSize(peer: Peer): Promise<number> {
  const line = await peer.readLine()
  const [, size] = /^([\da-f]+)(?:;.*)?\r$/i.exec(line) ?? []
  await expectSame(
    size === undefined ? line : 'its size in hex',
    'its size in hex',
    'begin the next chunk of an answer with',
  )
  return Number.parseInt(size ?? '', 16)
}

/** This many bytes of a chunked body that continues. */
async function readSome(peer: Peer, count: number): Promise<string> {
  const size = await readChunkSize(peer)
  const part = (await peer.read(size)).toString()
  await peer.expect('\r\n')
  return size >= count ? part : part + (await readSome(peer, count - size))
}

/** The next answer has this block, this many times, as its body. */
async function expectLongEcho(peer: Peer, block: Buffer, times: number): Promise<void> {
  const { start, fields } = await readHead(peer)
  await expectSame(start, 'HTTP/1.1 200', 'answer a long POST /echo with')
  if (!fields.has('transfer-encoding')) return peer.expect(Array(times).fill(block))
  const twice = Buffer.concat([block, block])
  let at = 0
  for (let size = await readChunkSize(peer); size > 0; size = await readChunkSize(peer)) {
    const from = at % block.length
    await peer.expect(twice.subarray(from, from + size))
    await peer.expect('\r\n')
    at += size
  }
  await readUpToBlank(peer)
  await expectSame(at, times * block.length, 'echo, in bytes,')
}

/** Whether the connection continues after this is up to the server. */
async function expectNothingOutside(server: Server, request: string): Promise<void> {
  const bob = await server.connect('bob')
  await bob.send(request)
  const { start, fields } = await readHead(bob)
  const status = / 40[034]$/.test(start) ? '400, 403 or 404' : start
  await expectSame(status, '400, 403 or 404', `answer ${nameOf(request)} with`)
  await readBody(bob, fields)
  await bob.end()
  await bob.expectEnd()
}

/** An unused body is read past, or the connection ends after the answer. */
async function refusesBody(peer: Peer, request: string, hidden: string): Promise<void> {
  await peer.send(request)
  const { start, fields } = await readHead(peer)
  const status = / 40[45]$/.test(start) ? '404 or 405' : start
  await expectSame(status, '404 or 405', `answer ${nameOf(request)} with`)
  await readBody(peer, fields)
  if (fields.get('connection')?.toLowerCase() === 'close') return peer.expectEnd()
  await ask(peer, post('/echo', hidden), { status: 200, body: hidden }, 'POST /echo after a refused body')
}

/** Each is sent on a connection of its own, followed by a request that must not be answered. */
async function expectRefused(
  requests: (readonly [name: string, request: string])[],
  also: string[] = [],
): Promise<void> {
  const secret = random.letters(20)
  const { server } = await serve({ 'secret.txt': secret })
  for (const [name, request] of requests) {
    const alice = await server.connect('alice')
    // All of it has arrived when the server looks: one that refuses it has read it, and sends FIN.
    await server.whileStopped(() => alice.send(request + get('/secret.txt', 'Connection: close')))
    const answer = await alice.readToEnd()
    await expectSame(
      answer.includes(secret) ? 'the file it asks for' : 'nothing',
      'nothing',
      `answer a request hidden after ${name} with`,
    )
    const [, status = 'nothing'] = /^HTTP\/1\.1 (\d+)/.exec(answer) ?? []
    const isRefused = ['400', '501', ...also].includes(status) || isCutShort(answer)
    await expectSame(isRefused ? '400' : status, '400', `answer ${name} with status`)
    const isLast = isCutShort(answer) || /^connection:[ \t]*close[ \t]*\r$/im.test(answer)
    await expectSame(isLast ? 'close' : 'none', 'close', `answer ${name} with the field connection:`)
  }
}

/** An answer was cut off: all that can be done once 200 is on the wire. */
function isCutShort(answer: string): boolean {
  const [fields = '', body = ''] = answer.split(/\r\n\r\n(.*)/s)
  const [, length] = /^content-length: *(\d+)/im.exec(fields) ?? []
  return length === undefined
    ? /^transfer-encoding:/im.test(fields) && !/(^|\r\n)0\r\n\r\n$/.test(body)
    : body.length < Number(length)
}

/** FIN comes, with or without an answer of this status before it. */
async function expectLast(peer: Peer, status: string, should: string): Promise<void> {
  const last = await peer.readToEnd()
  const wanted = `HTTP/1.1 ${status}`
  await expectSame(last === '' ? wanted : last.slice(0, wanted.length), wanted, should)
}

function expectTimeout(peer: Peer): Promise<void> {
  return expectLast(peer, '408', 'end an idle connection with FIN, perhaps after')
}

async function etagOf(peer: Peer, path: string): Promise<string> {
  const etag = (await ask(peer, get(path), { status: 200 })).get('etag') ?? 'none'
  await expectSame(etag.replace(/^"[^"]+"$/, '"TAG"'), '"TAG"', `answer GET ${path} with the ETag`)
  return etag
}

function viaAgent(agent: http.Agent, url: string): Promise<{ text: string; reused: boolean }> {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { agent }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => {
        text += part
      })
      response.on('end', () => resolve({ text, reused: request.reusedSocket }))
    })
    request.on('error', reject)
  })
}
