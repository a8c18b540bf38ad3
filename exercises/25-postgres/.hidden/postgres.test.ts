import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'
import pg from 'pg'
import {
  everyWay,
  expectDone,
  expectRejected,
  expectSame,
  type Peer,
  type RelayOptions,
  random,
  runProgram,
  type Server,
  startServer,
} from '#harness'

const ALICE = { user: 'alice', password: 'wonderland', database: 'shop' }
const FOREVER = query('select pg_sleep(60)')

test('asks for SCRAM-SHA-256 after the startup message', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')

  await alice.send(startup(ALICE))
  await bob.send(startup(ALICE))

  await alice.expect(SASL)
  await bob.expect(SASL)
})

test('answers N to a request for encryption, and goes on', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const bob = await server.connect('bob')

  await alice.send(request(80877103))
  await alice.expect('N')
  await alice.send(request(80877104))
  await alice.expect('N')
  await bob.send(request(80877104))
  await bob.expect('N')

  await alice.send(startup(ALICE))
  await alice.expect(SASL)
})

test('proves to the client that it knows the password, too', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')

  const { proved, signature } = await prove(alice, ALICE)

  await alice.send(proved)
  await alice.expect(message('R', int32(12), Buffer.from(`v=${signature}`)))
  await alice.expect(message('R', int32(0)))
  alice.dismiss()

  const bob = await server.connect('bob')
  const other = await prove(bob, ALICE, { header: 'y,,' })
  await bob.send(other.proved)
  await bob.expect(message('R', int32(12), Buffer.from(`v=${other.signature}`)))
  bob.dismiss()
})

test('sends its settings, a key and ReadyForQuery after the login', async () => {
  const server = await startServer()

  const { settings, key, status } = await logIn(server, 'alice')

  const { server_version = 'missing' } = settings
  await expectLike(server_version, {
    fits: /^\d/.test(server_version),
    example: '15.0',
    what: 'send a server_version that begins with a number, such as',
  })
  const { server_encoding, client_encoding, DateStyle, integer_datetimes, standard_conforming_strings } =
    settings
  await expectSame(
    { server_encoding, client_encoding, DateStyle, integer_datetimes, standard_conforming_strings },
    {
      server_encoding: 'UTF8',
      client_encoding: 'UTF8',
      DateStyle: 'ISO, MDY',
      integer_datetimes: 'on',
      standard_conforming_strings: 'on',
    },
    'send ParameterStatus messages with the settings',
  )
  await expectSame(key.length, 8, 'send BackendKeyData, with this many bytes of content:')
  await expectSame(status, 'I', 'send ReadyForQuery with the status')
})

test('reads the user, the password and the database from its environment', async () => {
  const carol = { user: 'carol', password: random.letters(12), database: 'library' }
  const server = await startServer({
    env: { POSTGRES_USER: carol.user, POSTGRES_PASSWORD: carol.password, POSTGRES_DB: carol.database },
  })

  const { status } = await logIn(server, 'carol', carol)

  await expectSame(status, 'I', 'let carol in, and send ReadyForQuery with the status')
})

test('refuses a wrong password with 28P01 and ends the connection', async () => {
  const server = await startServer()

  await expectRefused(server, { ...ALICE, password: random.word() }, '28P01')
  await expectRefused(server, { ...ALICE, password: '' }, '28P01')
})

test('treats an unknown user like a wrong password', async () => {
  const server = await startServer()

  await expectRefused(server, { ...ALICE, user: random.word() }, '28P01')
})

test('refuses an unknown database with 3D000', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')

  const { proved, signature } = await prove(alice, { ...ALICE, database: random.word() })
  await alice.send(proved)
  await alice.expect(message('R', int32(12), Buffer.from(`v=${signature}`)))
  await alice.expect(message('R', int32(0)))

  await expectError(alice, { severity: 'FATAL', code: '3D000' })
  await alice.expectEnd()
})

test('refuses a proof that was made for another connection', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const mallory = await server.connect('mallory')

  const nonce = randomNonce()
  const { proved } = await prove(alice, ALICE, { nonce })
  await prove(mallory, ALICE, { nonce })
  await mallory.send(proved)

  await expectNotLetIn(server, mallory)
  await expectForgedNonceRefused(server)
})

test('refuses a password in the clear, and a query before the proof', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const eve = await server.connect('eve')
  const mallory = await server.connect('mallory')
  const password = Buffer.from(ALICE.password)

  await alice.send(startup(ALICE))
  await alice.expect(SASL)
  await alice.send(message('p', text(ALICE.password)))
  await eve.send(startup(ALICE))
  await eve.expect(SASL)
  await eve.send(message('p', text('SCRAM-SHA-256'), int32(password.length), password))
  await mallory.send(startup(ALICE))
  await mallory.expect(SASL)
  await mallory.send(query('select 1 as n'))

  await expectNotLetIn(server, alice)
  await expectNotLetIn(server, eve)
  await expectNotLetIn(server, mallory)
})

test('answers the queries of pg with values of every type', async () => {
  const server = await startServer()
  const client = await connectPg(server)
  const name = random.word()

  await expectDone(
    client.query(
      'create table goods (id int primary key, name text, price float8, sold bigint, fresh boolean)',
    ),
    'answer CREATE TABLE',
  )
  await expectDone(
    client.query(
      `insert into goods values (1, '${name}', 2.5, 9007199254740993, true), (2, null, null, null, false)`,
    ),
    'answer INSERT',
  )
  const { rows, fields } = await expectDone(client.query('select * from goods order by id'), 'answer SELECT')

  await expectSame(
    rows,
    [
      { id: 1, name, price: 2.5, sold: '9007199254740993', fresh: true },
      { id: 2, name: null, price: null, sold: null, fresh: false },
    ],
    'send pg the rows',
  )
  await expectSame(
    fields.map((field: pg.FieldDef) => [field.name, field.dataTypeID, field.dataTypeSize]),
    [
      ['id', 23, 4],
      ['name', 25, -1],
      ['price', 701, 8],
      ['sold', 20, 8],
      ['fresh', 16, 1],
    ],
    'describe the columns (name, type, size) as',
  )
})

test('sends the columns, the rows and the number of rows', async () => {
  const server = await startServer()
  const { peer: alice } = await logIn(server, 'alice')
  const word = random.word()

  await alice.send(query(`select 17 as n, '${word}' as word, true as yes, 2::int8 as big`))

  await alice.expect(rowDescription(['n', 23, 4], ['word', 25, -1], ['yes', 16, 1], ['big', 20, 8]))
  await alice.expect(dataRow('17', word, 't', '2'))
  await alice.expect(complete('SELECT 1'))
  await alice.expect(ready('I'))
})

test('tells NULL from an empty string', async () => {
  const server = await startServer()
  const { peer: alice } = await logIn(server, 'alice')

  await alice.send(query("select null as nothing, '' as empty"))

  await alice.expect(rowDescription(['nothing', 25, -1], ['empty', 25, -1]))
  await alice.expect(dataRow(null, ''))
  await alice.expect(done('SELECT 1'))
})

test('counts lengths in bytes, not in characters', async () => {
  const server = await startServer()
  const { peer: alice } = await logIn(server, 'alice')
  const word = `${random.word()} é€😀`

  await alice.send(query(`select '${word}' as "größe"`))

  await alice.expect(rowDescription(['größe', 25, -1]))
  await alice.expect(dataRow(word))
  await alice.expect(done('SELECT 1'))
})

test('reports what each statement did', async () => {
  const server = await startServer()
  const { peer: alice } = await logIn(server, 'alice')

  await ask(alice, 'create table t (n int)', done('CREATE TABLE'))
  await ask(alice, 'insert into t values (1), (2), (3)', done('INSERT 0 3'))
  await ask(alice, 'update t set n = n + 10 where n < 3', done('UPDATE 2'))
  await ask(alice, 'delete from t where n = 3', done('DELETE 1'))
  await ask(alice, 'select 1 as n where false', rowDescription(['n', 23, 4]), done('SELECT 0'))
  await ask(alice, 'drop table t', done('DROP TABLE'))
})

test('answers an empty query with EmptyQueryResponse', async () => {
  const server = await startServer()
  const { peer: alice } = await logIn(server, 'alice')

  await ask(alice, '', EMPTY, ready('I'))
  await ask(alice, ' ; -- nothing', EMPTY, ready('I'))
  await ask(alice, 'select 1 as n', ONE)
})

test('reports an error to pg, and goes on', async () => {
  const server = await startServer()
  const client = await connectPg(server)
  const name = random.word()

  await expectRejected(
    client.query(`select * from ${name}`),
    { code: '42P01', message: `relation "${name}" does not exist` },
    'refuse a query for an unknown table',
  )

  await expectSame(rowsOf(client.query('select 2 as two')), [{ two: 2 }], 'answer the next query with')
})

test('answers psql', async () => {
  const server = await startServer()
  const { host, port } = await server.relay('psql')
  const url = `postgresql://alice:wonderland@${host}:${port}/shop`

  const { stdout, stderr } = await runProgram(
    ['psql', '-X', '-At', url, '-c', "select 1, 'two', null, true", '-c', 'select nope'],
    'answer psql',
  )

  await expectSame(stdout.toString(), '1|two||t\n', 'make psql print')
  await expectSame(
    stderr.split('\n').slice(0, 3),
    ['ERROR:  column "nope" does not exist', 'LINE 1: select nope', '               ^'],
    'make psql report',
  )
})

test('reports an error with its SQLSTATE and position, and goes on', async () => {
  const server = await startServer()
  const { peer: alice } = await logIn(server, 'alice')
  const name = random.letters(6).toLowerCase()

  await alice.send(query(`select '€', ${name}`))
  await expectError(alice, { code: '42703', message: `column "${name}" does not exist`, position: '13' })
  await alice.expect(ready('I'))
  await alice.send(query('select 1 / 0'))
  await expectError(alice, { code: '22012', message: 'division by zero' })
  await alice.expect(ready('I'))
  await alice.send(query("select 'é'; selekt 2"))
  await expectError(alice, { code: '42601', message: 'syntax error at or near "selekt"', position: '13' })
  await alice.expect(ready('I'))

  await ask(alice, 'select 1 as n', ONE)
})

test('says in ReadyForQuery whether a transaction is open or has failed', async () => {
  const server = await startServer()
  const { peer: alice } = await logIn(server, 'alice')
  const { peer: bob } = await logIn(server, 'bob')

  await ask(alice, 'begin', complete('BEGIN'), ready('T'))
  await ask(bob, 'select 1 as n', ONE)
  await ask(alice, 'create table t (n int)', complete('CREATE TABLE'), ready('T'))
  await alice.send(query('select 1 / 0'))
  await expectError(alice, { code: '22012' })
  await alice.expect(ready('E'))
  await alice.send(query('select 1 as n'))
  await expectError(alice, { code: '25P02' })
  await alice.expect(ready('E'))
  await ask(alice, 'rollback', done('ROLLBACK'))
  await ask(alice, 'create table t (n int)', done('CREATE TABLE'))
})

test('runs a query as one transaction, up to the first statement that fails', async () => {
  const server = await startServer()
  const { peer: alice } = await logIn(server, 'alice')

  await ask(
    alice,
    'create table t (n int); insert into t values (1)',
    complete('CREATE TABLE'),
    done('INSERT 0 1'),
  )
  await alice.send(query('insert into t values (2); select 1 / 0; insert into t values (3)'))
  await alice.expect(complete('INSERT 0 1'))
  await expectError(alice, { code: '22012' })
  await alice.expect(ready('I'))

  await ask(alice, 'select n + 0 as n from t', rowDescription(['n', 23, 4]), dataRow('1'), done('SELECT 1'))
})

test('reads a message that is cut at any byte', async () => {
  const server = await startServer()
  const { peer: alice } = await logIn(server, 'alice')

  await cutEverywhere(alice, query('select 1 as n'), ONE)
})

test('answers a hundred queries from one segment in order', async () => {
  const server = await startServer()
  const { peer: alice } = await logIn(server, 'alice')
  const numbers = Array.from({ length: 100 }, (_, i) => i)

  await alice.send(Buffer.concat(numbers.map((i) => query(`select ${i} as n`))))

  await alice.expect(Buffer.concat(numbers.map((i) => selected('n', `${i}`))))
})

test('serves pg when every byte arrives alone', async () => {
  const server = await startServer()
  const client = await connectPg(server, { sizes: [1] })

  await expectSame(rowsOf(client.query("select 'a' as a")), [{ a: 'a' }], 'answer with')
})

test('receives and sends a mebibyte', async () => {
  const server = await startServer()
  const { peer: alice } = await logIn(server, 'alice')
  const value = random.letters(2 ** 20)

  await alice.send(query(`select '${value}' as v`))

  await alice.expect(rowDescription(['v', 25, -1]))
  await alice.expect(dataRow(value))
  await alice.expect(done('SELECT 1'))
})

test('keeps serving the others when a client resets in mid-message', async () => {
  const server = await startServer()
  const { peer: alice } = await logIn(server, 'alice')
  const { peer: bob } = await logIn(server, 'bob')
  const sent = query('select 1 as n')

  await alice.sendInPieces(sent.subarray(0, 9), [9])
  await bob.sendInPieces(sent.subarray(0, 12), [12])
  await server.untilIdle()
  await bob.reset()
  await server.untilIdle()
  await alice.send(sent.subarray(9))

  await alice.expect(ONE)
  await ask((await logIn(server, 'carol')).peer, 'select 1 as n', ONE)
})

test('reads a startup message that is cut at any byte', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')

  await alice.sendInPieces(request(80877103))
  await alice.expect('N')

  await everyWay(server, [{ send: startup(ALICE), expect: SASL }], { fin: 'never' })
})

test('serves others while a query runs, and answers each client in order', async () => {
  const server = await startServer()
  const { peer: alice } = await logIn(server, 'alice')
  const { peer: bob } = await logIn(server, 'bob')

  await alice.send(Buffer.concat([FOREVER, query('select 1 as n')]))
  await server.untilIdle()
  await ask(bob, 'select 1 as n', ONE)
  await alice.expectNothing()

  await bob.send(Buffer.concat([query('select length(pg_sleep(0.2)::text) as n'), query('select 1 as n')]))
  await bob.expect(selected('n', '0'))
  await bob.expect(ONE)
})

test('cancels a running query on a CancelRequest with the right key', async () => {
  const server = await startServer()
  const { peer: alice, key } = await logIn(server, 'alice')
  const { peer: bob } = await logIn(server, 'bob')

  await alice.send(FOREVER)
  await bob.send(FOREVER)
  await server.untilIdle()
  await cancel(server, key)

  await expectLateError(alice, { code: '57014', message: 'canceling statement due to user request' })
  await alice.expect(ready('I'))
  await ask(alice, 'select 1 as n', ONE)
  await bob.expectNothing()
})

test('cancels nothing if the key is wrong or no query is running', async () => {
  const server = await startServer()
  const { peer: alice, key } = await logIn(server, 'alice')

  await cancel(server, key)
  await ask(alice, 'select 1 as n', ONE)
  await alice.send(FOREVER)
  await server.untilIdle()
  await cancel(server, Buffer.concat([key.subarray(0, 7), Buffer.of((key[7] ?? 0) ^ 1)]))
  await cancel(server, key.subarray(0, 3))
  await server.untilIdle()

  await alice.expectNothing()
})

test('ends the connection after an impossible startup length', async () => {
  const server = await startServer()

  await expectEndAfter(await server.connect('alice'), int32(7))
  await expectEndAfter(await server.connect('bob'), int32(2 ** 31 - 1))
  await expectEndAfter(await server.connect('carol'), 'GET / HTTP/1.1\r\n\r\n')

  const dave = await server.connect('dave')
  await dave.send(startup(ALICE))
  await dave.expect(SASL)
})

test('ends the connection after an impossible message length', async () => {
  const server = await startServer()

  await expectEndAfter((await logIn(server, 'alice')).peer, Buffer.concat([Buffer.from('Q'), int32(3)]))
  await expectEndAfter(
    (await logIn(server, 'bob')).peer,
    Buffer.concat([Buffer.from('Q'), int32(2 ** 31 - 1)]),
  )
  await expectEndAfter((await logIn(server, 'carol')).peer, Buffer.concat([Buffer.from('Q'), int32(-1)]))
})

test('refuses other versions and unknown messages with a fatal error', async () => {
  const server = await startServer()
  const alice = await server.connect('alice')
  const { peer: bob } = await logIn(server, 'bob')

  await alice.send(startup(ALICE, 0x00040000))
  await bob.send(message('?'))

  await expectError(alice, { severity: 'FATAL', code: '0A000' })
  await alice.expectEnd()
  await expectError(bob, { severity: 'FATAL', code: '08P01' })
  await bob.expectEnd()
})

test('reports a query whose first zero byte is not its last, and goes on', async () => {
  const server = await startServer()
  const { peer: alice } = await logIn(server, 'alice')

  await alice.send(message('Q', Buffer.from('select 1 as n')))
  await expectError(alice, { code: '08P01' })
  await alice.expect(ready('I'))
  await alice.send(message('Q', Buffer.from('select 1 as n\0; select 2\0')))
  await expectError(alice, { code: '08P01' })
  await alice.expect(ready('I'))

  await ask(alice, 'select 1 as n', ONE)
})

test("ends the connection after Terminate, and after the client's FIN", async () => {
  const server = await startServer()
  const { peer: alice } = await logIn(server, 'alice')
  const { peer: bob } = await logIn(server, 'bob')

  await alice.send(Buffer.concat([query('select 1 as n'), message('X')]))
  await bob.send(query('select 1 as n'))
  await bob.end()

  await alice.expect(ONE)
  await alice.expectEnd()
  await bob.expect(ONE)
  await bob.expectEnd()
  await alice.end()
  await server.expectSockets(1)
})

test('rolls back what a client had not committed when it left', async () => {
  const server = await startServer()
  const { peer: alice } = await logIn(server, 'alice')
  const { peer: bob } = await logIn(server, 'bob')

  await ask(bob, 'create table t (n int)', done('CREATE TABLE'))
  await ask(alice, 'begin', complete('BEGIN'), ready('T'))
  await ask(alice, 'insert into t values (1)', complete('INSERT 0 1'), ready('T'))
  await alice.reset()
  await server.untilIdle()

  await ask(bob, 'select count(*) as n from t', rowDescription(['n', 20, 8]), dataRow('0'), done('SELECT 1'))
})

type Login = { user: string; password: string; database: string }

const SASL = message('R', int32(10), text('SCRAM-SHA-256'), text(''))
const EMPTY = message('I')
const ONE = selected('n', '1')

/** A message: type, length (which counts itself, but not the type) and content. */
function message(type: string, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  return Buffer.concat([Buffer.from(type), int32(4 + body.length), body])
}

function startup({ user, database }: Omit<Login, 'password'>, version = 0x00030000): Buffer {
  const words = ['application_name', 'check', 'database', database, 'user', user, ''].map(text)
  return message('', int32(version), ...words)
}

function request(code: number, ...rest: Buffer[]): Buffer {
  return message('', int32(code), ...rest)
}

function query(sql: string): Buffer {
  return message('Q', text(sql))
}

function rowDescription(...columns: [name: string, type: number, size: number][]): Buffer {
  const fields = columns.flatMap(([name, type, size]) => [
    ...[text(name), int32(0), int16(0), int32(type), int16(size), int32(-1), int16(0)],
  ])
  return message('T', int16(columns.length), ...fields)
}

function dataRow(...values: (string | null)[]): Buffer {
  const parts = values.map((value) =>
    value === null ? int32(-1) : Buffer.concat([int32(Buffer.byteLength(value)), Buffer.from(value)]),
  )
  return message('D', int16(values.length), ...parts)
}

function complete(tag: string): Buffer {
  return message('C', text(tag))
}

function ready(status: string): Buffer {
  return message('Z', Buffer.from(status))
}

function done(tag: string): Buffer {
  return Buffer.concat([complete(tag), ready('I')])
}

/** The answer to a query for one number. */
function selected(name: string, value: string): Buffer {
  return Buffer.concat([rowDescription([name, 23, 4]), dataRow(value), done('SELECT 1')])
}

function int16(number: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeInt16BE(number)
  return bytes
}

function int32(number: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(number)
  return bytes
}

function text(string: string): Buffer {
  return Buffer.from(`${string}\0`)
}

async function ask(peer: Peer, sql: string, ...answers: Buffer[]): Promise<void> {
  await peer.send(query(sql))
  await peer.expect(Buffer.concat(answers))
}

async function cutEverywhere(peer: Peer, bytes: Buffer, answer: Buffer): Promise<void> {
  for (let at = 1; at < bytes.length; at += 1) {
    await peer.sendInPieces(bytes, [at, bytes.length])
    await peer.expect(answer)
  }
}

/** What came, or an example of what should have come if that does not fit. */
async function expectLike(
  came: string,
  { fits, example, what }: { fits: boolean; example: string; what: string },
): Promise<void> {
  await expectSame(came, fits ? came : example, what)
}

async function readMessage(peer: Peer, what: string): Promise<{ type: string; body: Buffer }> {
  const head = await peer.read(5, what)
  const size = head.readInt32BE(1) - 4
  const body = await peer.read(size, `the ${size} bytes of content that the length of its message announces`)
  return { type: head.toString('latin1', 0, 1), body }
}

/** The text of a SCRAM message from the server. */
async function readSasl(peer: Peer, kind: number): Promise<string> {
  const { type, body } = await readMessage(peer, 'the next message of the login')
  const came = type === 'R' ? body.readInt32BE() : body.toString()
  await expectSame(
    [type, came],
    ['R', kind],
    `send ${peer.name} the next message of the login, with this type and first int32:`,
  )
  return body.toString('utf8', 4)
}

/** Logs in up to the client's last message. Returns that, and the signature that it should get. */
async function prove(
  peer: Peer,
  login: Login,
  { nonce = randomNonce(), forge = (nonce: string) => nonce, header = 'n,,' } = {},
) {
  await peer.send(startup(login))
  await peer.expect(SASL)
  const first = `n=,r=${nonce}`
  const bytes = Buffer.from(header + first)
  await peer.send(message('p', text('SCRAM-SHA-256'), int32(bytes.length), bytes))
  const serverFirst = await readSasl(peer, 11)
  const [, r = '', s = '', i = ''] = /^r=([^,]+),s=([^,]+),i=(\d+)$/.exec(serverFirst) ?? []
  await expectLike(serverFirst, {
    fits: r.startsWith(nonce) && r.length > nonce.length,
    example: `r=${nonce}…,s=…,i=4096`,
    what: 'append random characters to the nonce of the client, and send',
  })

  const salted = pbkdf2Sync(login.password, Buffer.from(s, 'base64'), Number(i), 32, 'sha256')
  const clientKey = hmac(salted, 'Client Key')
  const storedKey = createHash('sha256').update(clientKey).digest()
  const withoutProof = `c=${Buffer.from(header).toString('base64')},r=${forge(r)}`
  const conversation = `${first},${serverFirst},${withoutProof}`
  const signature = hmac(storedKey, conversation)
  const proof = Buffer.from(clientKey.map((byte, at) => byte ^ (signature[at] ?? 0)))
  return {
    proved: message('p', Buffer.from(`${withoutProof},p=${proof.toString('base64')}`)),
    signature: hmac(hmac(salted, 'Server Key'), conversation).toString('base64'),
  }
}

function hmac(key: Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest()
}

function randomNonce(): string {
  return randomBytes(18).toString('base64')
}

/** A client that has logged in and read everything up to the first ReadyForQuery. */
async function logIn(server: Server, name: string, login: Login = ALICE) {
  const peer = await server.connect(name)
  const { proved } = await prove(peer, login)
  await peer.send(proved)
  await readSasl(peer, 12)
  await readSasl(peer, 0)
  const settings: Record<string, string> = {}
  let key: Buffer = Buffer.alloc(0)
  for (;;) {
    const { type, body } = await readMessage(peer, 'the rest of its greeting, up to ReadyForQuery')
    if (type === 'Z') return { peer, settings, key, status: body.toString() }
    await expectLike(type, {
      fits: 'SKN'.includes(type),
      example: 'S, K or Z',
      what: 'send settings, a key and ReadyForQuery after the login, with the type',
    })
    const [parameter = '', value = ''] = body.toString().split('\0')
    if (type === 'S') settings[parameter] = value
    if (type === 'K') key = body
  }
}

type Wanted = { severity?: string; code: string; message?: string; position?: string }

/** The next message is an ErrorResponse with these fields. */
async function expectError(peer: Peer, wanted: Wanted): Promise<void> {
  await expectErrorIn(peer, wanted, await readMessage(peer, 'an ErrorResponse'))
}

/** The same, but a RowDescription may come before it. */
async function expectLateError(peer: Peer, wanted: Wanted): Promise<void> {
  const first = await readMessage(peer, 'an ErrorResponse')
  await expectErrorIn(peer, wanted, first.type === 'T' ? await readMessage(peer, 'an ErrorResponse') : first)
}

async function expectErrorIn(
  peer: Peer,
  { severity = 'ERROR', ...wanted }: Wanted,
  { type, body }: { type: string; body: Buffer },
): Promise<void> {
  await expectSame(type, 'E', `send ${peer.name} an ErrorResponse here: type`)
  const words = body.toString().split('\0')
  const field = (letter: string) => words.find((word) => word.startsWith(letter))?.slice(1)
  await expectSame(
    { S: field('S'), V: field('V'), C: field('C') },
    { S: severity, V: severity, C: wanted.code },
    `send ${peer.name} an error with the fields`,
  )
  await expectSame(
    body.subarray(-2),
    Buffer.of(0, 0),
    `end the error for ${peer.name} with two zero bytes, one for the last field and one for the list:`,
  )
  const { message = field('M'), position = wanted.message === undefined ? field('P') : undefined } = wanted
  await expectSame(
    { M: field('M') ?? 'missing', P: field('P') },
    { M: message, P: position },
    `send ${peer.name} an error with the fields`,
  )
}

/** The same for a login: what comes instead of an error names the cause better than that no FIN comes. */
async function expectNotLetIn(server: Server, peer: Peer): Promise<void> {
  await server.untilIdle()
  const type = (await peer.read(Math.min(peer.unread, 1))).toString()
  await expectLike(type, {
    fits: type === '' || type === 'E',
    example: 'E',
    what: `send ${peer.name} nothing but a fatal error, with the type`,
  })
  await expectHungUp(peer, type)
}

/** The connection ends, after a fatal error at most. `begun` is what has been read of that. */
async function expectHungUp(peer: Peer, begun = ''): Promise<void> {
  const rest = begun + (await peer.readToEnd())
  await expectLike(rest.slice(0, 60), {
    fits: /^$|^E.{4}(.*\0)?SFATAL\0/s.test(rest),
    example: '',
    what: `send ${peer.name} nothing before the FIN, or only a fatal error:`,
  })
}

async function expectEndAfter(peer: Peer, bytes: Buffer | string): Promise<void> {
  await peer.send(bytes)
  await expectHungUp(peer)
}

async function expectRefused(server: Server, login: Login, code: string): Promise<void> {
  const mallory = await server.connect('mallory')
  const { proved } = await prove(mallory, login)
  await mallory.send(proved)
  await expectError(mallory, { severity: 'FATAL', code })
  await mallory.expectEnd()
}

/** A proof that is right, but for a nonce that the server did not send. */
async function expectForgedNonceRefused(server: Server): Promise<void> {
  const eve = await server.connect('eve')
  const { proved } = await prove(eve, ALICE, { forge: (nonce) => `${nonce}x` })
  await eve.send(proved)
  await expectNotLetIn(server, eve)
}

async function cancel(server: Server, key: Buffer): Promise<void> {
  const carol = await server.connect('carol')
  await carol.send(request(80877102, key))
  await carol.expectEnd()
}

async function connectPg(server: Server, options: RelayOptions = {}): Promise<pg.Client> {
  const open = ({ host, port }: { host: string; port: number }) => new pg.Client({ host, port, ...ALICE })
  const client = await server.drive('pg', open, (client) => client.end(), options)
  await expectDone(client.connect(), 'let pg connect')
  return client
}

async function rowsOf(answer: Promise<pg.QueryResult>): Promise<unknown[]> {
  return (await answer).rows
}
