import { get } from 'node:http'
import {
  everyWay,
  expectDone,
  expectSame,
  expectThat,
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

/** RFC 9110 says what HTTP means, RFC 9112 how HTTP/1.1 writes it. */
const HOST = 'Host: files.example\r\n'
const MIB = 1024 * 1024
/** A file in ROOT that is larger than what the kernel holds for a client that does not read. */
const BIG = { 'big.bin': { zeros: 256 * MIB } }

test('sends a file: status line, fields, empty line, bytes, FIN', async () => {
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

  await expectSame(response.text(), page, 'make fetch read')
  await expectSame(textByHttp(urlOf(forHttp)), page, 'make node:http read')
})

test('serves curl, over HTTP/1.0 too', async () => {
  const page = `<p>${random.line(20)}</p>\n`
  const { server } = await serve({ 'page.html': page })
  const url = urlOf(await server.relay('curl'))

  const now = await runProgram(['curl', '-sS', url], 'answer curl')
  const then = await runProgram(['curl', '-sS', '--http1.0', url], 'answer curl')

  await expectSame(now.stdout.toString(), page, 'make curl print')
  await expectSame(then.stdout.toString(), page, 'make curl --http1.0 print')
})

// RFC 9112, 2.1: a message is a stream of bytes, however it is split into segments.
test('understands a request however TCP splits it', async () => {
  const text = random.line(20)
  const { server } = await serve({ 'a.txt': text })

  await everyWay(server, [
    { send: requestOf('GET /a.txt'), expect: (peer) => expectAnswer(peer, '/a.txt', text) },
  ])
})

// RFC 9110, 8.6: a decimal number of octets.
test('sends the length in bytes, for every kind of file', async () => {
  const bytes = random.bytes(300_000 + random.int(1, 999))
  const text = `café, ${'€'.repeat(random.int(3, 9))}, 😀\n`
  const { server } = await serve({ 'menu.txt': text, 'picture.png': bytes, 'empty.txt': '' })

  await expectFile(server, '/menu.txt', text)
  await expectFile(server, '/picture.png', bytes)
  await expectFile(server, '/empty.txt', '')
})

// RFC 9110, 8.3.
test('chooses the Content-Type by the extension', async () => {
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

test('sends index.html for a path that ends in a slash', async () => {
  const { server } = await serve({ 'index.html': '<p>top</p>', 'sub/index.html': '<p>below</p>' })

  await expectFile(server, '/', '<p>top</p>')
  await expectFile(server, '/sub/', '<p>below</p>')
})

// RFC 9110, 15.5.5. A folder may also get a redirect to its index (15.4.2), or 403 (15.5.4).
test('answers 404 for a missing file and for a folder', async () => {
  const { server } = await serve({ 'page.html': '<p>', 'sub/page.html': '<p>' })

  await expectStatus(server, requestOf('GET /nothing.html'), [404])
  await expectStatus(server, requestOf('GET /nowhere/page.html'), [404])
  await expectStatus(server, requestOf('GET /page.html/'), [404])
  await expectStatus(server, requestOf(`GET /${random.letters(300)}`), [404])
  await expectStatus(server, requestOf('GET /sub/'), [404, 403])
  await expectStatus(server, requestOf('GET /sub'), [404, 301, 308])
})

// RFC 9110, 9.3.2.
test('answers HEAD like GET, but without the body', async () => {
  const { server } = await serve({ 'page.html': `<p>${random.line(20)}</p>\n` })

  const got = await ask(server, requestOf('GET /page.html'))
  const head = await ask(server, requestOf('HEAD /page.html'))
  const missing = await ask(server, requestOf('HEAD /nothing'))

  await expectSame(head.status, 200, 'answer HEAD /page.html with status')
  await expectSame(withoutDate(head), withoutDate(got), 'send the same fields for HEAD as for GET:')
  await expectSame(missing.status, 404, 'answer HEAD /nothing with status')
  const lacking = await ask(server, requestOf('GET /nothing'))
  await expectSame(
    withoutDate(missing),
    withoutDate(lacking),
    'send the same fields for HEAD as for GET, in a 404 answer:',
  )
})

// RFC 9110, 6.6.1 and 5.6.7; RFC 9112, 9.6.
test('sends Date and Connection: close in every answer', async () => {
  const { server } = await serve({ 'page.html': '<p>' })

  await expectDateAndClose(await ask(server, requestOf('GET /page.html')))
  await expectDateAndClose(await ask(server, requestOf('HEAD /page.html')))
  await expectDateAndClose(await ask(server, requestOf('GET /nothing')))
  await expectDateAndClose(await ask(server, requestOf('POST /page.html')))
  await expectDateAndClose(await ask(server, 'GET /page.html HTTP/1.1\r\n\r\n'))
})

// RFC 3986, 2.1: %20 is one byte. A + is a plus sign.
test('decodes %20 and other escapes in a path, once', async () => {
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

// RFC 9110, 4.2.1: the query is not part of the path.
test('ignores the query when it looks for a file', async () => {
  const { server } = await serve({ 'a.txt': 'a', 'b?c.txt': 'b', 'index.html': 'top' })

  await expectFile(server, '/a.txt?page=2', 'a')
  await expectFile(server, '/a.txt?b/../../c?d=http://e/', 'a')
  await expectFile(server, '/b%3Fc.txt', 'b')
  await expectFile(server, '/?', 'top')
})

// RFC 9112, 3.2.2: a server must accept them, although clients send them only to proxies.
test('accepts a whole URL as the target', async () => {
  const { server } = await serve({ 'a.txt': 'a', 'index.html': 'top', 'b/a.txt': 'b' })

  await expectFile(server, 'http://files.example/a.txt', 'a')
  await expectFile(server, 'HTTP://other.example:8080/b/a.txt?c', 'b')
  await expectFile(server, 'http://files.example', 'top')
  await expectStatus(server, requestOf('GET //b/index.html'), [404])
})

// RFC 9110, 5.1 and 5.5; RFC 9112, 5.1, 2.3 and 3.2: only 1.1 has to send Host.
test('accepts fields in any case and spacing, and HTTP/1.0 without Host', async () => {
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
test('answers 400 to an invalid request line, and 505 to another version', async () => {
  const { server } = await serve({ 'index.html': 'top', hello: 'hello' })

  await expectStatus(server, `hello\r\n${HOST}\r\n`, [400])
  await expectStatus(server, `GET / HTTP/1.1 please\r\n${HOST}\r\n`, [400, 505])
  await expectStatus(server, `GET / HTTX/1.1\r\n${HOST}\r\n`, [400])
  await expectStatus(server, `GET / http/1.1\r\n${HOST}\r\n`, [400, 505])
  await expectStatus(server, `GET /a b HTTP/1.1\r\n${HOST}\r\n`, [400])
  await expectStatus(server, requestOf('GET hello'), [400])
  await expectStatus(server, `GET /hello HTTP/2.0\r\n${HOST}\r\n`, [505])
  await expectStatus(server, `GET /hello HTTP/3.0\r\n${HOST}\r\n`, [505])
})

// RFC 9112, 3.2 and 5.1: a field with a space before its colon means one thing to a proxy, and
// another to the server behind it.
test('answers 400 if Host is missing, doubled or invalid, or a space precedes a colon', async () => {
  const { server } = await serve({ 'a.txt': 'a' })

  await expectStatus(server, 'GET /a.txt HTTP/1.1\r\n\r\n', [400])
  await expectStatus(server, 'GET /a.txt HTTP/1.1\r\nX-Host: a\r\nX-Text: Host: a\r\n\r\n', [400])
  await expectStatus(server, requestOf('GET /a.txt', `${HOST}${HOST}`), [400])
  await expectStatus(server, requestOf('GET /a.txt', `${HOST}X-Other: 1\r\nhost: b.example\r\n`), [400])
  await expectStatus(server, `GET /a.txt HTTP/1.0\r\n${HOST}${HOST}\r\n`, [400])
  await expectStatus(server, requestOf('GET /a.txt', 'Host: two words\r\n'), [400])
  await expectStatus(server, requestOf('GET /a.txt', 'Host: a/b\r\n'), [400])
  await expectStatus(server, requestOf('GET /a.txt', `${HOST}Content-Length : 5\r\n`), [400])
  await expectStatus(server, requestOf('GET /a.txt', 'Host : files.example\r\n'), [400])
})

// RFC 9110, 17.3.
test('sends nothing from outside ROOT', async () => {
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

test('sends nothing from outside ROOT if dots and slashes are encoded', async () => {
  const { server, secret, folder } = await serveBesideSecret()

  await expectKept(server, '/%2e%2e/secret.txt', secret)
  await expectKept(server, '/.%2E/secret.txt', secret)
  await expectKept(server, '/..%2fsecret.txt', secret)
  await expectKept(server, '/sub%2F..%2F%2e%2e%2Fsecret.txt', secret)
  await expectKept(server, '/%252e%252e%252fsecret.txt', secret)
  await expectKept(server, `/%2F${folder.path.slice(1)}/secret.txt`, secret)
})

test('does not follow a link out of ROOT, but accepts a link as ROOT', async () => {
  const { server, secret, folder } = await serveBesideSecret({ 'by-link': { link: 'site' } }, 'by-link')
  folder.write('site/link.txt', { link: '../secret.txt' })
  folder.write('site/whole.txt', { link: `${folder.path}/secret.txt` })
  folder.write('site/elsewhere', { link: '../site-secret' })

  await expectFile(server, '/...txt', 'dots')
  await expectKept(server, '/link.txt', secret)
  await expectKept(server, '/whole.txt', secret)
  await expectKept(server, '/elsewhere/secret.txt', secret)
})

test('survives %00, a broken escape and invalid UTF-8 in a path', async () => {
  const { server } = await serve({ 'a.txt': 'a', 'index.html': 'top' })

  await expectStatus(server, requestOf('GET /a.txt%00'), [400, 404])
  await expectStatus(server, requestOf('GET /a.txt%00.html'), [400, 404])
  await expectStatus(server, requestOf('GET /100%'), [400, 404])
  await expectStatus(server, requestOf('GET /%zz'), [400, 404])
  await expectStatus(server, requestOf('GET /%ff%fe'), [400, 404])
  await expectFile(server, '/a.txt', 'a')
})

test('notices when files change between requests', async () => {
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
test('answers only one request per connection', async () => {
  const { server } = await serve({ 'a.txt': 'a', 'b.txt': 'b' })
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')

  await alice.send(`${requestOf('GET /a.txt')}${requestOf('GET /b.txt')}`)
  await bob.send(`${requestOf('GET /b.txt', `${HOST}Content-Length: 5\r\n`)}hello`)

  await expectAnswer(alice, '/a.txt', 'a')
  await expectAnswer(bob, '/b.txt', 'b')
})

test('serves others while one client has sent half a request', async () => {
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

test('closes every connection, even if the client leaves early', async () => {
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

// RFC 9112, 9.6: closing with unread bytes sends RST, which may destroy the answer on its way.
test('sends its whole answer even if the client keeps sending', async () => {
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
  'streams 256 MiB to a slow reader in little memory, and serves others meanwhile',
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

test('closes the file when its client leaves halfway', async () => {
  const { server, folder } = await serve({ ...BIG, 'sub/a.txt': 'a' })
  const peers = await Promise.all(['alice', 'bob', 'carol'].map((name) => server.connect(name)))
  const dave = await server.connect('dave')

  await Promise.all(peers.map((peer) => peer.pause()))
  await Promise.all(peers.map((peer) => peer.send(requestOf('GET /big.bin'))))
  await server.untilIdle()
  await Promise.all(peers.map((peer) => peer.reset()))

  await server.expectFilesClosed(folder, 'after the clients that were reading it have left')
  await dave.send(requestOf('HEAD /big.bin'))
  await readAnswer(dave, false)
  await dave.end()
  await server.expectFilesClosed(folder, 'after HEAD')
  await expectStatus(server, requestOf('GET /sub'), [404, 301, 308])
  await server.expectFilesClosed(folder, 'after GET of a folder')
})

// RFC 9112, 3: 8000 bytes should do; RFC 9110, 5.4 and 15.5.15; RFC 6585, 5.
test('accepts long requests, and answers 414 or 431 if they are too long', async () => {
  const { server } = await serve({ 'a.txt': 'a' })
  const lineOf = (length: number) => `/a.txt?${random.letters(length - 'GET /a.txt? HTTP/1.1'.length)}`
  const fieldsOf = (kib: number) => `${HOST}${`X-Field: ${random.letters(1013)}\r\n`.repeat(kib)}`

  await expectFile(server, lineOf(8000), 'a')
  await expectFile(server, '/a.txt', 'a', fieldsOf(7))
  await expectStatus(server, requestOf(`GET ${lineOf(20_000)}`), [414])
  await expectStatus(server, requestOf('GET /a.txt', fieldsOf(100)), [431])
})

test(
  'refuses an endless head in little memory',
  meanwhile(async () => {
    const { server } = await serve({ 'a.txt': 'a' })
    const alice = await server.connect('alice')
    const bob = await server.connect('bob')
    const block = Buffer.alloc(4 * MIB, 'and so on ')
    // Chunks that wait for the garbage collector are up to 140 MiB.
    server.limitMemory({ within: 208 * MIB, of: await server.memory() })

    await expectRefused(alice, 'GET /', block, 64)
    await expectRefused(bob, `GET / HTTP/1.1\r\n${HOST}X-Field: `, block, 2)
  }),
)

const SERVERS_OF_NODE = ['http', 'https', 'http2', 'node:http', 'node:https', 'node:http2']

/** What came before the body. Field names are in lower case. */
interface Head {
  status: number
  fields: Map<string, string>
}

/** A server whose ROOT is a folder with these files. */
async function serve(files: Record<string, FileContent>): Promise<{ server: Server; folder: Folder }> {
  const folder = makeFolder(files)
  return { server: await startServer({ env: { ROOT: folder.path } }), folder }
}

/** ROOT is `site`; a secret is beside it, and in another folder whose name starts the same way. */
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

/** The answer to this request has one of these statuses. */
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

/** Reads up to the empty line: a status line and fields, each line ending with CR LF. */
async function readHead(peer: Peer): Promise<Head> {
  const line = await readHeadLine(peer)
  const [, status] = /^HTTP\/1\.1 (\d{3}) /.exec(line) ?? []
  await expectSame(
    status === undefined ? line : 'HTTP/1.1 200 OK',
    'HTTP/1.1 200 OK',
    'begin its answer with a line such as',
  )
  const fields = new Map<string, string>()
  for (let next = await readHeadLine(peer); next !== ''; next = await readHeadLine(peer)) {
    const [, name = '', value = ''] = /^([\w-]+):[ \t]*(.*?)[ \t]*$/.exec(next) ?? []
    await expectSame(name === '' ? next : 'Name: value', 'Name: value', 'send each field as')
    fields.set(name.toLowerCase(), value)
  }
  return { status: Number(status), fields }
}

async function readHeadLine(peer: Peer): Promise<string> {
  const line = await peer.readLine()
  await expectSame(`${line}\n`.slice(-2), '\r\n', `end the line ${JSON.stringify(line.slice(0, 40))} with`)
  return line.slice(0, -1)
}

async function expectLength({ fields }: Head, length: number): Promise<void> {
  await expectSame(
    fields.get('content-length') ?? 'none',
    `${length}`,
    'send, as the length of the body in bytes, Content-Length:',
  )
}

async function expectType(server: Server, target: string, type: string): Promise<void> {
  const { fields } = await ask(server, requestOf(`GET ${target}`))
  const sent = (fields.get('content-type') ?? 'none').replaceAll(' ', '').toLowerCase()
  const whole = type.includes(';') ? sent : sent.split(';')[0]
  await expectSame(whole, type, `send ${target} with the Content-Type`)
}

async function expectDateAndClose({ status, fields }: Head): Promise<void> {
  const date = fields.get('date') ?? 'none'
  const written = new Date(date)
  const isWhole = /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/.test(date) && written.getTime() > 0
  const form = (isWhole ? written : new Date()).toUTCString()
  await expectSame(date, form, `send, in its ${status} answer, Date:`)
  // Date has no fractions of a second, and some servers look at their clock once a second.
  const isNow = Math.abs(Date.now() - written.getTime()) < 60_000
  await expectThat(isNow, `send the current time in the Date of its ${status} answer`, `sent "${date}"`)
  await expectSame(
    (fields.get('connection') ?? 'none').toLowerCase(),
    'close',
    `send, in its ${status} answer, Connection:`,
  )
  const length = fields.get('content-length') ?? 'none'
  await expectSame(
    /^\d+$/.test(length) ? 'a number' : length,
    'a number',
    `send, in its ${status} answer, Content-Length:`,
  )
}

async function expectAllow({ fields }: Head): Promise<void> {
  const methods = (fields.get('allow') ?? 'none').split(',').map((each) => each.trim())
  await expectSame(methods.sort().join(', '), 'GET, HEAD', 'send, in its 405 answer, Allow:')
}

/** The answer is a refusal, and the secret is not in it. */
async function expectKept(server: Server, target: string, secret: string): Promise<void> {
  const { status, body } = await ask(server, requestOf(`GET ${target}`))
  const shown = target.replace(/\/[^/]\S*\/folder-\w+/, '/PATH')
  const refused = [400, 403, 404].includes(status) ? '400, 403 or 404' : `${status}`
  const got = body.includes(secret) ? 'the text of secret.txt' : refused
  await expectSame(got, '400, 403 or 404', `answer GET ${shown}, which leads out of ROOT, with`)
}

/** A head that goes on, block after block, is refused, and then read to its end. */
async function expectRefused(peer: Peer, start: string, block: Uint8Array, count: number): Promise<void> {
  const sent = peer.send([Buffer.from(start), ...Array.from({ length: count }, () => block)])
  const { status } = await readAnswer(peer)
  const family = `${Math.floor(status / 100)}xx`
  await expectSame(family, '4xx', `answer an endless head with 414, 431 or another`)
  await sent
  await peer.expectEnd({ clean: true })
}

function withoutDate({ fields }: Head): Record<string, string> {
  return Object.fromEntries([...fields].filter(([name]) => name !== 'date').sort())
}

/** A request in words: its first line, and its fields if they are not the usual ones. */
function inWords(request: string): string {
  const [line = '', ...fields] = request.split('\r\n').slice(0, -2)
  const shown = JSON.stringify(line.slice(0, 60))
  if (fields.length === 0) return `${shown} (no fields)`
  if (fields.length === 1 && `${fields[0]}\r\n` === HOST) return shown
  const some = fields.slice(0, 3).map((each) => JSON.stringify(each.slice(0, 40)))
  return `${shown} (fields ${some.join(', ')})`
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
