import { get } from 'node:http'
import {
  everyWay,
  expectDone,
  expectSame,
  type FileContent,
  type Folder,
  makeFolder,
  meanwhile,
  oneAfterAnother,
  type Peer,
  random,
  runProgram,
  type Server,
  startServer,
} from '#harness'

/** RFC 9110 is HTTP's meaning, RFC 9112 the form that HTTP/1.1 gives it. */
const HOST = 'Host: files.example\r\n'
const MIB = 1024 * 1024
/** A file in ROOT that is more than the kernel holds for a client who does not read. */
const BIG = { 'big.bin': { zeros: 256 * MIB } }

test('sends a file: status line, fields, an empty line, its bytes, FIN', async () => {
  const page = `<p>${random.line(20)}</p>\n`
  const { server } = await serve({ 'page.html': page, 'notes.txt': 'other' })

  await expectFile(server, '/page.html', page)

  await server.expectOneListener()
  await server.expectNoImports(SERVERS_OF_NODE)
})

test('serves fetch and the client of node:http', async () => {
  const page = `<p>${random.line(20)}</p>\n`
  const { server } = await serve({ 'page.html': page })
  const forFetch = await server.relay('fetch')
  const forHttp = await server.relay('node:http')

  const response = await expectDone(fetch(urlOf(forFetch)), 'let fetch load /page.html')

  await expectSame(response.text(), page, 'have fetch read')
  await expectSame(textByHttp(urlOf(forHttp)), page, 'have node:http read')
})

test('serves curl, that of HTTP/1.0 too', async () => {
  const page = `<p>${random.line(20)}</p>\n`
  const { server } = await serve({ 'page.html': page })
  const url = urlOf(await server.relay('curl'))

  const now = await runProgram(['curl', '-sS', url], 'answer curl')
  const then = await runProgram(['curl', '-sS', '--http1.0', url], 'answer curl')

  await expectSame(now.stdout.toString(), page, 'have curl print')
  await expectSame(then.stdout.toString(), page, 'have curl --http1.0 print')
})

// RFC 9112, 2.1: a message is a stream of bytes, whatever the segments are.
test('understands a request however TCP cuts it', async () => {
  const text = random.line(20)
  const { server } = await serve({ 'a.txt': text })

  await everyWay(server, [
    { send: requestOf('GET /a.txt'), expect: (peer) => expectAnswer(peer, '/a.txt', text) },
  ])
})

// RFC 9110, 8.6: a decimal number of octets.
test('counts the length in bytes, of every kind of file', async () => {
  const bytes = random.bytes(300_000 + random.int(1, 999))
  const text = `café, ${'€'.repeat(random.int(3, 9))}, 😀\n`
  const { server } = await serve({ 'menu.txt': text, 'picture.png': bytes, 'empty.txt': '' })

  await expectFile(server, '/menu.txt', text)
  await expectFile(server, '/picture.png', bytes)
  await expectFile(server, '/empty.txt', '')
})

// RFC 9110, 8.3.
test('names the type of a file by its extension', async () => {
  const names = ['a.html', 'b.css', 'c.js', 'd.txt', 'e.json', 'f.svg', 'g.png', 'H.HTML']
  const others = ['i.zip', 'noextension', 'v1.html/notes', 'html', 'k.constructor']
  const { server } = await serve(Object.fromEntries([...names, ...others].map((name) => [name, 'x'])))

  await expectType(server, '/a.html', 'text/html;charset=utf-8')
  await expectType(server, '/b.css', 'text/css;charset=utf-8')
  await expectType(server, '/c.js', 'text/javascript;charset=utf-8')
  await expectType(server, '/d.txt', 'text/plain;charset=utf-8')
  await expectType(server, '/e.json', 'application/json')
  await expectType(server, '/f.svg', 'image/svg+xml')
  await expectType(server, '/g.png', 'image/png')
  await expectType(server, '/H.HTML', 'text/html;charset=utf-8')
  await Promise.all(others.map((name) => expectType(server, `/${name}`, 'application/octet-stream')))
})

test('sends index.html for a path that ends with a slash', async () => {
  const { server } = await serve({ 'index.html': '<p>top</p>', 'sub/index.html': '<p>below</p>' })

  await expectFile(server, '/', '<p>top</p>')
  await expectFile(server, '/sub/', '<p>below</p>')
})

// RFC 9110, 15.5.5. What is a folder may also be answered with the way to its index (15.4.2), or not be shown (15.5.4).
test('answers 404 for what is not there, and for a folder', async () => {
  const { server } = await serve({ 'page.html': '<p>', 'sub/page.html': '<p>' })

  await expectStatus(server, requestOf('GET /nothing.html'), [404])
  await expectStatus(server, requestOf('GET /nowhere/page.html'), [404])
  await expectStatus(server, requestOf('GET /page.html/'), [404])
  await expectStatus(server, requestOf(`GET /${random.letters(300)}`), [404])
  await expectStatus(server, requestOf('GET /sub/'), [404, 403])
  await expectStatus(server, requestOf('GET /sub'), [404, 301, 308])
})

// RFC 9110, 9.3.2.
test('answers HEAD as it answers GET, without the body', async () => {
  const { server } = await serve({ 'page.html': `<p>${random.line(20)}</p>\n` })

  const got = await ask(server, requestOf('GET /page.html'))
  const head = await ask(server, requestOf('HEAD /page.html'))
  const missing = await ask(server, requestOf('HEAD /nothing'))

  await expectSame(head.status, 200, 'answer HEAD /page.html with status')
  await expectSame(withoutDate(head), withoutDate(got), 'send the same fields for HEAD as for GET:')
  await expectSame(missing.status, 404, 'answer HEAD /nothing with status')
})

// RFC 9110, 6.6.1 and 5.6.7; RFC 9112, 9.6.
test('dates every answer, and says Connection: close in it', async () => {
  const { server } = await serve({ 'page.html': '<p>' })

  await expectDateAndClose(await ask(server, requestOf('GET /page.html')))
  await expectDateAndClose(await ask(server, requestOf('HEAD /page.html')))
  await expectDateAndClose(await ask(server, requestOf('GET /nothing')))
  await expectDateAndClose(await ask(server, requestOf('POST /page.html')))
  await expectDateAndClose(await ask(server, 'GET /page.html HTTP/1.1\r\n\r\n'))
})

// RFC 3986, 2.1: %20 is a byte. A + is a plus.
test('decodes %20 and the like in a path, once', async () => {
  const { server } = await serve({
    'two words.txt': '1',
    'größe €.txt': '2',
    'a+b.txt': '3',
    'a%20b.txt': '4',
  })

  await expectFile(server, '/two%20words.txt', '1')
  await expectFile(server, '/gr%C3%B6%c3%9fe%20%E2%82%AC.txt', '2')
  await expectFile(server, '/a+b.txt', '3')
  await expectFile(server, '/a%2520b.txt', '4')
  await expectFile(server, '/%74wo%20words%2etxt', '1')
})

// RFC 9110, 4.2.1: the query is no part of the path.
test('leaves the query out of the file name', async () => {
  const { server } = await serve({ 'a.txt': 'a', 'b?c.txt': 'b', 'index.html': 'top' })

  await expectFile(server, '/a.txt?page=2', 'a')
  await expectFile(server, '/a.txt?b/../../c?d=http://e/', 'a')
  await expectFile(server, '/b%3Fc.txt', 'b')
  await expectFile(server, '/?', 'top')
})

// RFC 9112, 3.2.2: a server must take them, though only proxies are sent them.
test('accepts a whole URL for a target', async () => {
  const { server } = await serve({ 'a.txt': 'a', 'index.html': 'top', 'b/a.txt': 'b' })

  await expectFile(server, 'http://files.example/a.txt', 'a')
  await expectFile(server, 'HTTP://other.example:8080/b/a.txt?c', 'b')
  await expectFile(server, 'http://files.example', 'top')
  await expectStatus(server, requestOf('GET //b/index.html'), [404])
})

// RFC 9110, 5.1 and 5.5; RFC 9112, 5.1, 2.3 and 3.2: only 1.1 has to send Host.
test('takes fields in any case and spacing, and HTTP/1.0 without Host', async () => {
  const { server } = await serve({ 'a.txt': 'a' })

  await expectFile(server, '/a.txt', 'a', 'hOST: files.example\r\n')
  await expectFile(server, '/a.txt', 'a', 'HOST:files.example:8080\r\n')
  await expectFile(server, '/a.txt', 'a', 'Host:   files.example  \r\nX-Tab:\ta\t\r\nX-Empty:\r\n')
  await expectFile(server, '/a.txt', 'a', `${HOST}X-Text: a: b, "c"; Host: d, é\r\n`)
  await expectFile(server, '/a.txt', 'a', `X-Host: a b\r\n${HOST}X-Forwarded-Host: c\r\n`)
  await expectStatus(server, 'GET /a.txt HTTP/1.0\r\n\r\n', [200])
})

// RFC 9110, 15.5.6, 15.6.2 and 9.1.
test('refuses other methods with 405 and Allow', async () => {
  const { server } = await serve({ 'a.txt': 'a' })

  await expectAllow(await expectStatus(server, requestOf('POST /a.txt'), [405]))
  await expectAllow(await expectStatus(server, requestOf('DELETE /a.txt'), [405]))
  await expectStatus(server, requestOf('BREW /a.txt'), [405, 501, 400])
  await expectStatus(server, requestOf('get /a.txt'), [405, 501, 400])
  await expectFile(server, '/a.txt', 'a')
})

// RFC 9112, 3; RFC 9110, 15.6.6.
test('answers 400 to what is not a request line, and 505 to another version', async () => {
  const { server } = await serve({ 'index.html': 'top', hello: 'hello' })

  await expectStatus(server, `hello\r\n${HOST}\r\n`, [400])
  await expectStatus(server, `GET / HTTP/1.1 please\r\n${HOST}\r\n`, [400, 505])
  await expectStatus(server, `GET / HTTX/1.1\r\n${HOST}\r\n`, [400])
  await expectStatus(server, `GET /a b HTTP/1.1\r\n${HOST}\r\n`, [400])
  await expectStatus(server, requestOf('GET hello'), [400])
  await expectStatus(server, `GET /hello HTTP/2.0\r\n${HOST}\r\n`, [505])
  await expectStatus(server, `GET /hello HTTP/3.0\r\n${HOST}\r\n`, [505])
})

// RFC 9112, 3.2 and 5.1: a field with a space before its colon means one thing to a proxy, and another to the server behind it.
test('answers 400 without Host, to two, to one that is not a host, and to a space before a colon', async () => {
  const { server } = await serve({ 'a.txt': 'a' })

  await expectStatus(server, 'GET /a.txt HTTP/1.1\r\n\r\n', [400])
  await expectStatus(server, 'GET /a.txt HTTP/1.1\r\nX-Host: a\r\nX-Text: Host: a\r\n\r\n', [400])
  await expectStatus(server, requestOf('GET /a.txt', `${HOST}${HOST}`), [400])
  await expectStatus(server, requestOf('GET /a.txt', `${HOST}X-Other: 1\r\nhost: b.example\r\n`), [400])
  await expectStatus(server, requestOf('GET /a.txt', 'Host: two words\r\n'), [400])
  await expectStatus(server, requestOf('GET /a.txt', 'Host: a/b\r\n'), [400])
  await expectStatus(server, requestOf('GET /a.txt', `${HOST}Content-Length : 5\r\n`), [400])
  await expectStatus(server, requestOf('GET /a.txt', 'Host : files.example\r\n'), [400])
})

// RFC 9110, 17.3.
test('keeps what is outside of ROOT to itself', async () => {
  const { server, secret, folder } = await serveBesideSecret()

  await expectKept(server, '/../secret.txt', secret)
  await expectKept(server, '/sub/../../secret.txt', secret)
  await expectKept(server, '/../site-secret/secret.txt', secret)
  await expectKept(server, '/sub/../../site-secret/secret.txt', secret)
  await expectKept(server, 'http://files.example/../secret.txt', secret)
  await expectKept(server, `${folder.path}/secret.txt`, secret)
  await expectKept(server, `/${folder.path}/secret.txt`, secret)
  await expectFile(server, '/...txt', 'dots')
})

test('keeps it to itself also where the dots and slashes are encoded', async () => {
  const { server, secret, folder } = await serveBesideSecret()

  await expectKept(server, '/%2e%2e/secret.txt', secret)
  await expectKept(server, '/.%2E/secret.txt', secret)
  await expectKept(server, '/..%2fsecret.txt', secret)
  await expectKept(server, '/sub%2F..%2F%2e%2e%2Fsecret.txt', secret)
  await expectKept(server, '/%252e%252e%252fsecret.txt', secret)
  await expectKept(server, `/%2F${folder.path.slice(1)}/secret.txt`, secret)
})

test('does not follow a link out of ROOT, though ROOT may be one itself', async () => {
  const { server, secret, folder } = await serveBesideSecret({ 'by-link': { link: 'site' } }, 'by-link')
  folder.write('site/link.txt', { link: '../secret.txt' })
  folder.write('site/whole.txt', { link: `${folder.path}/secret.txt` })
  folder.write('site/elsewhere', { link: '../site-secret' })

  await expectFile(server, '/...txt', 'dots')
  await expectKept(server, '/link.txt', secret)
  await expectKept(server, '/whole.txt', secret)
  await expectKept(server, '/elsewhere/secret.txt', secret)
})

test('refuses a path with %00, a broken % or bytes that are not UTF-8, and lives on', async () => {
  const { server } = await serve({ 'a.txt': 'a', 'index.html': 'top' })

  await expectStatus(server, requestOf('GET /a.txt%00'), [400, 404])
  await expectStatus(server, requestOf('GET /a.txt%00.html'), [400, 404])
  await expectStatus(server, requestOf('GET /100%'), [400, 404])
  await expectStatus(server, requestOf('GET /%zz'), [400, 404])
  await expectStatus(server, requestOf('GET /%ff%fe'), [400, 404])
  await expectFile(server, '/a.txt', 'a')
})

test('looks at the folder anew for each request', async () => {
  const { server, folder } = await serve({ 'a.txt': 'first' })

  await expectFile(server, '/a.txt', 'first')
  folder.write('a.txt', 'the second text')
  folder.write('b.txt', 'new')

  await expectFile(server, '/a.txt', 'the second text')
  await expectFile(server, '/b.txt', 'new')
  folder.remove('b.txt')
  await expectStatus(server, requestOf('GET /b.txt'), [404])
})

// RFC 9112, 9.6.
test('answers one request a connection', async () => {
  const { server } = await serve({ 'a.txt': 'a', 'b.txt': 'b' })
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')

  await alice.send(`${requestOf('GET /a.txt')}${requestOf('GET /b.txt')}`)
  await bob.send(`${requestOf('GET /b.txt', `${HOST}Content-Length: 5\r\n`)}hello`)

  await expectAnswer(alice, '/a.txt', 'a')
  await expectAnswer(bob, '/b.txt', 'b')
})

test('serves others while one has sent half a request', async () => {
  const { server } = await serve({ 'a.txt': 'a' })
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')
  const half = requestOf('GET /a.txt').slice(0, random.int(5, 40))

  await alice.sendInPieces(half, [half.length])
  await bob.send(requestOf('GET /a.txt'))
  await expectAnswer(bob, '/a.txt', 'a')
  await alice.expectNothing()
  await alice.send(requestOf('GET /a.txt').slice(half.length))

  await expectAnswer(alice, '/a.txt', 'a')
})

test('lets go of every client, of those that leave early too', async () => {
  const { server } = await serve({ 'a.txt': 'a' })
  const before = await server.sockets()
  const [alice, bob] = [await server.connect('alice'), await server.connect('bob')]
  const [carol, dave] = [await server.connect('carol'), await server.connect('dave')]
  const erin = await server.connect('erin')

  await alice.end()
  await bob.reset()
  await carol.send('GET /a.txt HT')
  await carol.end()
  await dave.send(`GET /a.txt HTTP/1.1\r\n${HOST}`)
  await dave.reset()
  await erin.send(requestOf('GET /a.txt'))
  await expectAnswer(erin, '/a.txt', 'a')
  await erin.reset()
  // Half a request may get 400, or nothing.
  await alice.readToEnd()
  await carol.readToEnd()
  await oneAfterAnother(6, async (name) => {
    const guest = await server.connect(name)
    await guest.send(requestOf(random.pick(['GET /a.txt', 'GET /nothing', 'POST /a.txt'])))
    await guest.readToEnd()
    await guest.end()
  })

  await server.expectSockets(before)
})

// RFC 9112, 9.6: a close with unread bytes is a RST, which may destroy the answer on its way.
test('sends its whole answer although the client goes on sending', async () => {
  const { server } = await serve({ 'a.bin': random.bytes(3 * MIB) })
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')
  const body = random.bytes(8 * MIB)
  const length = `${HOST}Content-Length: ${body.length}\r\n`

  const sent = Promise.all([
    alice.send([Buffer.from(requestOf('POST /a.bin', length)), body]),
    bob.send([Buffer.from(requestOf('GET /a.bin', length)), body]),
  ])
  await expectSame((await readAnswer(alice)).status, 405, 'answer POST /a.bin with status')
  await expectSame((await readAnswer(bob)).status, 200, 'answer GET /a.bin with status')
  await sent

  await alice.expectEnd({ clean: true })
  await bob.expectEnd({ clean: true })
})

test(
  'streams 256 MiB to a slow reader, in little memory, while it serves others',
  meanwhile(async () => {
    const { server } = await serve({ ...BIG, 'a.txt': 'a' })
    const alice = await server.connect('alice')
    server.limitMemory({ within: 96 * MIB, of: await server.memory() })
    const mib = Buffer.alloc(MIB)

    alice.pause()
    await alice.send(requestOf('GET /big.bin'))
    await server.untilIdle()
    await expectFile(server, '/a.txt', 'a')
    alice.resume()

    await expectLength(await readHead(alice), 256 * MIB)
    await alice.expect(Array.from({ length: 256 }, () => mib))
    await alice.expectEnd()
  }),
)

test('closes the file of a client that leaves in the middle of it', async () => {
  const { server, folder } = await serve(BIG)
  const peers = await Promise.all(['alice', 'bob', 'carol'].map((name) => server.connect(name)))
  const dave = await server.connect('dave')

  await Promise.all(peers.map((peer) => peer.pause()))
  await Promise.all(peers.map((peer) => peer.send(requestOf('GET /big.bin'))))
  await server.untilIdle()
  await Promise.all(peers.map((peer) => peer.reset()))

  await server.expectFilesClosed(folder, 'when those who were reading it have left')
  await dave.send(requestOf('HEAD /big.bin'))
  await readAnswer(dave, false)
  await dave.end()
  await server.expectFilesClosed(folder, 'after HEAD')
})

// RFC 9112, 3: 8000 bytes should do; RFC 9110, 5.4 and 15.5.15; RFC 6585, 5.
test('takes long requests, and answers 414 or 431 to those that are too long', async () => {
  const { server } = await serve({ 'a.txt': 'a' })
  const lineOf = (length: number) => `/a.txt?${random.letters(length - 'GET /a.txt? HTTP/1.1'.length)}`
  const fieldsOf = (kib: number) => `${HOST}${`X-Field: ${random.letters(1013)}\r\n`.repeat(kib)}`

  await expectFile(server, lineOf(8000), 'a')
  await expectFile(server, '/a.txt', 'a', fieldsOf(7))
  await expectStatus(server, requestOf(`GET ${lineOf(20_000)}`), [414])
  await expectStatus(server, requestOf('GET /a.txt', fieldsOf(100)), [431])
})

test(
  'refuses a head without an end, in little memory',
  meanwhile(async () => {
    const { server } = await serve({ 'a.txt': 'a' })
    const alice = await server.connect('alice')
    const bob = await server.connect('bob')
    const block = Buffer.alloc(4 * MIB, 'and so on ')
    // Chunks that wait for the collector are up to 140 MiB.
    server.limitMemory({ within: 208 * MIB, of: await server.memory() })

    await expectRefused(alice, 'GET /', block, 64)
    await expectRefused(bob, `GET / HTTP/1.1\r\n${HOST}X-Field: `, block, 2)
  }),
)

const SERVERS_OF_NODE = ['http', 'https', 'http2', 'node:http', 'node:https', 'node:http2']

/** What came before the body. Names of fields are in lower case. */
interface Head {
  status: number
  fields: Map<string, string>
}

/** A server whose ROOT is a folder with these files. */
async function serve(files: Record<string, FileContent>): Promise<{ server: Server; folder: Folder }> {
  const folder = makeFolder(files)
  return { server: await startServer({ env: { ROOT: folder.path } }), folder }
}

/** ROOT is `site`; a secret is beside it, and in another folder whose name begins in the same way. */
async function serveBesideSecret(more: Record<string, FileContent> = {}, root = 'site') {
  const secret = `secret ${random.letters(12)}`
  const site = { 'site/sub/index.html': 'below', 'site/...txt': 'dots' }
  const folder = makeFolder({ ...site, 'secret.txt': secret, 'site-secret/secret.txt': secret, ...more })
  return { server: await startServer({ env: { ROOT: `${folder.path}/${root}` } }), secret, folder }
}

/** `GET /a.txt` as a whole request. */
function requestOf(what: string, fields = HOST): string {
  return `${what} HTTP/1.1\r\n${fields}\r\n`
}

function urlOf({ host, port }: { host: string; port: number }): string {
  return `http://${host}:${port}/page.html`
}

interface Answer extends Head {
  body: string
}

/** Sends a request on a connection of its own, and reads its answer and FIN. */
async function ask(server: Server, request: string): Promise<Answer> {
  const peer = await server.connect('alice')
  await peer.send(request)
  const answer = await readAnswer(peer, !request.startsWith('HEAD '))
  await peer.expectEnd()
  return answer
}

/** The answer to this request has this status, or one of these. */
async function expectStatus(
  server: Server,
  request: string,
  allowed: [number, ...number[]],
): Promise<Answer> {
  const answer = await ask(server, request)
  const wanted = allowed.length === 1 ? allowed[0] : allowed.join(' or ')
  const status = allowed.includes(answer.status) ? wanted : answer.status
  await expectSame(status, wanted, `answer ${inWords(request)} with status`)
  return answer
}

async function expectFile(server: Server, target: string, bytes: string | Uint8Array, fields = HOST) {
  const peer = await server.connect('alice')
  await peer.send(requestOf(`GET ${target}`, fields))
  await expectAnswer(peer, target, bytes)
}

/** 200, the length of these bytes, these bytes, FIN. */
async function expectAnswer(peer: Peer, target: string, bytes: string | Uint8Array): Promise<void> {
  const head = await readHead(peer)
  await expectSame(head.status, 200, `answer GET ${target.slice(0, 60)} with status`)
  await expectLength(head, Buffer.from(bytes).length)
  await peer.expect(bytes)
  await peer.expectEnd()
}

async function readAnswer(peer: Peer, hasBody = true): Promise<Answer> {
  const head = await readHead(peer)
  const length = Number(head.fields.get('content-length') ?? 0)
  return { ...head, body: hasBody ? (await peer.read(length)).toString('latin1') : '' }
}

/** Reads up to the empty line: a status line and field lines, each with CR LF behind it. */
async function readHead(peer: Peer): Promise<Head> {
  const line = await readHeadLine(peer)
  const [, status] = /^HTTP\/1\.1 (\d{3}) /.exec(line) ?? []
  await expectSame(
    status === undefined ? line : 'HTTP/1.1 200 OK',
    'HTTP/1.1 200 OK',
    'begin with a line such as',
  )
  const fields = new Map<string, string>()
  for (let next = await readHeadLine(peer); next !== ''; next = await readHeadLine(peer)) {
    const [, name = '', value = ''] = /^([\w-]+):[ \t]*(.*?)[ \t]*$/.exec(next) ?? []
    await expectSame(name === '' ? next : 'Name: value', 'Name: value', 'send fields such as')
    fields.set(name.toLowerCase(), value)
  }
  return { status: Number(status), fields }
}

async function readHeadLine(peer: Peer): Promise<string> {
  const line = await peer.readLine()
  await expectSame(line.slice(-1), '\r', `end "${line.slice(0, 40)}" with CR LF: the byte before LF`)
  return line.slice(0, -1)
}

async function expectLength({ fields }: Head, length: number): Promise<void> {
  await expectSame(
    fields.get('content-length') ?? 'none',
    `${length}`,
    'send, counted in bytes, Content-Length:',
  )
}

async function expectType(server: Server, target: string, type: string): Promise<void> {
  const { fields } = await ask(server, requestOf(`GET ${target}`))
  const sent = (fields.get('content-type') ?? 'none').replaceAll(' ', '').toLowerCase()
  const whole = type.includes(';') ? sent : sent.split(';')[0]
  await expectSame(whole, type, `send for ${target} the Content-Type`)
}

async function expectDateAndClose({ status, fields }: Head): Promise<void> {
  const date = fields.get('date') ?? 'none'
  const written = new Date(date)
  const isWhole = /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/.test(date) && written.getTime() > 0
  const form = (isWhole ? written : new Date()).toUTCString()
  await expectSame(date, form, `date its answer ${status}, Date:`)
  // A second is cut off, and some servers look at their clock once a second.
  const isNow = Math.abs(Date.now() - written.getTime()) < 60_000
  await expectSame(isNow ? 'now' : date, 'now', `date its answer ${status}, Date:`)
  await expectSame(
    (fields.get('connection') ?? 'none').toLowerCase(),
    'close',
    `say in its answer ${status}, Connection:`,
  )
}

async function expectAllow({ fields }: Head): Promise<void> {
  const methods = (fields.get('allow') ?? 'none').split(',').map((each) => each.trim())
  await expectSame(methods.sort().join(', '), 'GET, HEAD', 'say in its 405 what it has, Allow:')
}

/** The answer is a refusal, and the secret is not in it. */
async function expectKept(server: Server, target: string, secret: string): Promise<void> {
  const { status, body } = await ask(server, requestOf(`GET ${target}`))
  const shown = target.replace(/\/[^/]\S*\/folder-\w+/, '/PATH')
  const refused = [400, 403, 404].includes(status) ? '400, 403 or 404' : `${status}`
  const got = body.includes(secret) ? 'the text of secret.txt' : refused
  await expectSame(got, '400, 403 or 404', `answer GET ${shown}, which leads out of ROOT, with`)
}

/** A head that goes on, block after block, is answered, and then read to its end. */
async function expectRefused(peer: Peer, start: string, block: Uint8Array, count: number): Promise<void> {
  const sent = peer.send([Buffer.from(start), ...Array.from({ length: count }, () => block)])
  const { status } = await readAnswer(peer)
  const family = `${Math.floor(status / 100)}xx`
  await expectSame(family, '4xx', `answer a head without an end with 414 or 431, or another`)
  await sent
  await peer.expectEnd({ clean: true })
}

function withoutDate({ fields }: Head): Record<string, string> {
  return Object.fromEntries([...fields].filter(([name]) => name !== 'date').sort())
}

/** A request for a sentence: its first line, and its fields where they are not the usual ones. */
function inWords(request: string): string {
  const [line = '', ...fields] = request.split('\r\n').slice(0, -2)
  const rest = fields.map((each) => JSON.stringify(each.slice(0, 40))).slice(0, 3)
  const usual = fields.length === 1 && `${fields[0]}\r\n` === HOST
  return [JSON.stringify(line.slice(0, 60)), ...(usual ? [] : rest.length > 0 ? rest : ['no fields'])].join(
    ' with ',
  )
}

function textByHttp(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, async (response) => {
      let text = ''
      for await (const chunk of response.setEncoding('utf8')) text += chunk
      resolve(text)
    }).on('error', reject)
  })
}
