import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'
import pg from 'pg'
import postgres from 'postgres'
import {
  expectDone,
  expectRejected,
  expectSame,
  type Peer,
  type RelayOptions,
  random,
  type Server,
  startServer,
} from '#harness'

const ALICE = { user: 'alice', password: 'wonderland', database: 'shop' }

test('answers Parse, Bind, Execute and Sync', async () => {
  const server = await startServer()
  const { peer: alice } = await logIn(server, 'alice')
  const word = random.word()

  await alice.send(parse('', 'select $1::text as word', [25]))
  await alice.send(bind({ values: [word] }))
  await alice.send(execute())
  await alice.send(SYNC)

  await alice.expect(Buffer.concat([PARSED, BOUND, dataRow(word), done('SELECT 1')]))
})

test('still answers Query messages', async () => {
  const server = await startServer()
  const { peer: alice } = await logIn(server, 'alice')

  await ask(alice, 'select 1 as n', ONE)
  await alice.send(query('select 1 / 0'))
  await expectError(alice, { code: '22012' })
  await alice.expect(ready('I'))
})

test('describes the parameters and the columns of a statement', async () => {
  const server = await startServer()
  const { peer: alice } = await logIn(server, 'alice')

  await alice.send(parse('', 'select $1::int4 as n, $2::text as word', []))
  await alice.send(describe('S', ''))
  await alice.send(bind({ values: ['1', null] }))
  await alice.send(describe('P', ''))
  await alice.send(SYNC)

  await alice.expect(
    Buffer.concat([PARSED, takes(23, 25), rowDescription(['n', 23, 4], ['word', 25, -1]), BOUND]),
  )
  await alice.expect(Buffer.concat([rowDescription(['n', 23, 4], ['word', 25, -1]), ready('I')]))
})

test('infers the types of parameters from the columns they belong to', async () => {
  const server = await startServer()
  const { peer: alice } = await logIn(server, 'alice')

  await ask(alice, 'create table t (id int, name text, sold bigint)', done('CREATE TABLE'))
  await alice.send(parse('', 'insert into t values ($1, $2, $3)', []))
  await alice.send(describe('S', ''))
  await alice.send(bind({ values: ['1', null, '2'] }))
  await alice.send(execute())
  await alice.send(SYNC)
  await alice.expect(Buffer.concat([PARSED, takes(23, 25, 20), NO_DATA, BOUND, done('INSERT 0 1')]))

  await alice.send(parse('', 'select sold + 0 as sold from t where id = $1 and name = $2', [0]))
  await alice.send(describe('S', ''))
  await alice.send(SYNC)
  await alice.expect(Buffer.concat([PARSED, takes(23, 25), rowDescription(['sold', 20, 8]), ready('I')]))
})

test('treats a parameter as a value, whatever it contains', async () => {
  const server = await startServer()
  const client = await connectPg(server)
  const value = `'); drop table t; -- ${random.word()} \\ $1 é€😀`

  await expectDone(client.query('create table t (name text)'), 'answer CREATE TABLE')
  await expectDone(client.query('insert into t values ($1), ($2)', [value, '']), 'answer INSERT')

  await expectSame(
    rowsOf(client.query('select name from t order by length(name)')),
    [{ name: '' }, { name: value }],
    'answer SELECT with',
  )
})

test('tells a NULL parameter from an empty one', async () => {
  const server = await startServer()
  const { peer: alice } = await logIn(server, 'alice')

  await alice.send(parse('', 'select $1::text as a, $2::text as b', []))
  await alice.send(bind({ values: [null, ''] }))
  await alice.send(Buffer.concat([execute(), SYNC]))

  await alice.expect(Buffer.concat([PARSED, BOUND, dataRow(null, ''), done('SELECT 1')]))
})

test('keeps a named statement, and runs it again and again', async () => {
  const server = await startServer()
  const { peer: alice } = await logIn(server, 'alice')

  await alice.send(Buffer.concat([parse('add', 'select $1::int4 + $2::int4 as n', []), SYNC]))
  await alice.expect(Buffer.concat([PARSED, ready('I')]))
  await runAgain(alice, 'add', ['1', '2'], '3')
  await ask(alice, 'select 1 as n', ONE)
  await runAgain(alice, 'add', ['20', '22'], '42')

  await alice.send(Buffer.concat([close('S', 'add'), close('S', 'nothing'), SYNC]))
  await alice.expect(Buffer.concat([CLOSED, CLOSED, ready('I')]))
  await alice.send(Buffer.concat([bind({ statement: 'add', values: ['1', '2'] }), SYNC]))
  await expectError(alice, { code: '26000' })
  await alice.expect(ready('I'))
  await ask(alice, 'select 1 as n', ONE)
})

test('keeps the statements of different clients apart', async () => {
  const server = await startServer()
  const { peer: alice } = await logIn(server, 'alice')
  const { peer: bob } = await logIn(server, 'bob')

  await alice.send(Buffer.concat([parse('s', 'select 1 + $1 as n', []), SYNC]))
  await alice.expect(Buffer.concat([PARSED, ready('I')]))
  await bob.send(Buffer.concat([parse('s', 'select 10 + $1 as n', []), SYNC]))
  await bob.expect(Buffer.concat([PARSED, ready('I')]))

  await runAgain(alice, 's', ['1'], '2')
  await runAgain(bob, 's', ['1'], '11')
})

test('replaces the unnamed statement, but no other', async () => {
  const server = await startServer()
  const { peer: alice } = await logIn(server, 'alice')

  await alice.send(Buffer.concat([parse('', 'select 1 as n', []), parse('', 'select 2 as n', [])]))
  await alice.send(Buffer.concat([bind({}), execute(), parse('s', 'select 3 as n', []), SYNC]))
  await alice.expect(
    Buffer.concat([PARSED, PARSED, BOUND, dataRow('2'), complete('SELECT 1'), PARSED, ready('I')]),
  )

  await alice.send(Buffer.concat([parse('s', 'select 4 as n', []), SYNC]))
  await expectError(alice, { code: '42P05' })
  await alice.expect(ready('I'))
  await runAgain(alice, 's', [], '3')
})

test('reads and writes values in binary', async () => {
  const server = await startServer()
  const { peer: alice } = await logIn(server, 'alice')
  const [n, small, big, half, yes] = [
    int32(-2),
    int16(-3),
    Buffer.from('7fffffffffffffff', 'hex'),
    Buffer.from('3fe0000000000000', 'hex'),
    Buffer.of(1),
  ]
  const values = [n, big, half, yes, Buffer.from('é'), small, Buffer.of(0), null]
  const first = 'select $1::int4 as a, $2::int8 as b, $3::float8 as c, $4::boolean as d, $5::text as e'

  await alice.send(parse('', `${first}, $6::int2 as f, $7::boolean as g, $8::int4 as h`, []))
  await alice.send(bind({ values, formats: [1], results: [1] }))
  await alice.send(Buffer.concat([execute(), SYNC]))
  await alice.expect(Buffer.concat([PARSED, BOUND, dataRow(...values), done('SELECT 1')]))

  await alice.send(Buffer.concat([bind({ values, formats: [1] }), execute(), SYNC]))
  const texts = ['-2', '9223372036854775807', '0.5', 't', 'é', '-3', 'f', null]
  await alice.expect(Buffer.concat([BOUND, dataRow(...texts), done('SELECT 1')]))
})

test('obeys a different format for each value', async () => {
  const server = await startServer()
  const { peer: alice } = await logIn(server, 'alice')

  await alice.send(parse('', 'select $1::int4 as a, $2::int4 as b', []))
  await alice.send(bind({ values: ['1', int32(2)], formats: [0, 1], results: [1, 0] }))
  await alice.send(Buffer.concat([describe('P', ''), execute(), SYNC]))

  await alice.expect(Buffer.concat([PARSED, BOUND, rowDescription(['a', 23, 4, 1], ['b', 23, 4, 0])]))
  await alice.expect(Buffer.concat([dataRow(int32(1), '2'), done('SELECT 1')]))
})

test('sends as many rows as Execute asks for, and the rest later', async () => {
  const server = await startServer()
  const { peer: alice } = await logIn(server, 'alice')

  await ask(alice, 'begin', complete('BEGIN'), ready('T'))
  await alice.send(parse('', 'select i + 0 as i from generate_series(1, 5) i', []))
  await alice.send(Buffer.concat([bind({ portal: 'p' }), execute('p', 2), SYNC]))
  await alice.expect(Buffer.concat([PARSED, BOUND, dataRow('1'), dataRow('2'), SUSPENDED, ready('T')]))
  await alice.send(Buffer.concat([execute('p', 2), SYNC]))
  await alice.expect(Buffer.concat([dataRow('3'), dataRow('4'), SUSPENDED, ready('T')]))

  await alice.send(Buffer.concat([execute('p', 2), SYNC]))
  await alice.expect(Buffer.concat([dataRow('5'), complete('SELECT 1'), ready('T')]))
  await alice.send(Buffer.concat([close('P', 'p'), execute('p'), SYNC]))
  await alice.expect(CLOSED)
  await expectError(alice, { code: '34000' })
  await alice.expect(ready('E'))
})

test('drops portals when their transaction ends', async () => {
  const server = await startServer()
  const { peer: alice } = await logIn(server, 'alice')

  await alice.send(parse('s', 'select i + 0 as i from generate_series(1, 3) i', []))
  await alice.send(Buffer.concat([bind({ portal: 'p', statement: 's' }), execute('p', 1), SYNC]))
  await alice.expect(Buffer.concat([PARSED, BOUND, dataRow('1'), SUSPENDED, ready('I')]))

  await alice.send(Buffer.concat([execute('p', 1), SYNC]))
  await expectError(alice, { code: '34000' })
  await alice.expect(ready('I'))
})

test('skips everything from an error to the next Sync', async () => {
  const server = await startServer()
  const { peer: alice } = await logIn(server, 'alice')
  const good = Buffer.concat([parse('', 'select 1 as n', []), bind({}), execute()])

  await alice.send(
    Buffer.concat([
      parse('', 'selekt', []),
      bind({}),
      execute(),
      good,
      query('select 1 as n'),
      SYNC,
      good,
      SYNC,
    ]),
  )

  await expectError(alice, { code: '42601', position: '1', message: 'syntax error at or near "selekt"' })
  await alice.expect(ready('I'))
  await alice.expect(Buffer.concat([PARSED, BOUND, dataRow('1'), done('SELECT 1')]))
})

test('rolls back everything from the last Sync to an error', async () => {
  const server = await startServer()
  const { peer: alice } = await logIn(server, 'alice')
  const insert = (n: string) => Buffer.concat([bind({ statement: 'i', values: [n] }), execute()])

  await ask(alice, 'create table t (n int primary key)', done('CREATE TABLE'))
  await alice.send(Buffer.concat([parse('i', 'insert into t values ($1)', []), insert('1'), SYNC]))
  await alice.expect(Buffer.concat([PARSED, BOUND, done('INSERT 0 1')]))
  await alice.send(Buffer.concat([insert('2'), insert('1'), insert('3'), SYNC]))
  await alice.expect(Buffer.concat([BOUND, complete('INSERT 0 1'), BOUND]))
  await expectError(alice, { code: '23505' })
  await alice.expect(ready('I'))

  await ask(
    alice,
    'select count(*) as n from t',
    rowDescription(['n', 20, 8]),
    dataRow('1'),
    done('SELECT 1'),
  )
})

test('answers before the Sync if a Flush asks for it', async () => {
  const server = await startServer()
  const { peer: alice } = await logIn(server, 'alice')

  await alice.send(Buffer.concat([parse('', 'select 1 as n', []), message('H')]))
  await alice.expect(PARSED)
  await alice.send(Buffer.concat([bind({}), describe('P', ''), execute(), message('H')]))
  await alice.expect(Buffer.concat([BOUND, rowDescription(['n', 23, 4]), dataRow('1'), complete('SELECT 1')]))
  await alice.send(SYNC)
  await alice.expect(ready('I'))
})

test('reads messages that are cut at any byte', async () => {
  const server = await startServer()
  const { peer: alice } = await logIn(server, 'alice')
  const series = [parse('', 'select $1::int4 as n', []), bind({ values: ['7'] }), execute(), SYNC]

  await cutEverywhere(
    alice,
    Buffer.concat(series),
    Buffer.concat([PARSED, BOUND, dataRow('7'), done('SELECT 1')]),
  )
})

test('refuses a bad Parse, Bind or Execute with the right code', async () => {
  const server = await startServer()
  const { peer: alice } = await logIn(server, 'alice')

  await expectFailure(alice, [parse('', 'select 1; select 2', [])], '42601')
  await expectFailure(alice, [parse('', 'select * from nothing', [])], '42P01')
  await expectFailure(alice, [bind({ statement: 'nothing' })], '26000')
  await expectFailure(alice, [execute('nothing')], '34000')
  await expectFailure(alice, [describe('S', 'nothing')], '26000')
  await expectFailure(alice, [describe('P', 'nothing')], '34000')
  await alice.send(Buffer.concat([parse('two', 'select $1::int4, $2::int4', []), SYNC]))
  await alice.expect(Buffer.concat([PARSED, ready('I')]))
  await expectFailure(alice, [bind({ statement: 'two', values: ['1'] })], '08P01')
  await expectFailure(alice, [bind({ statement: 'two', values: ['1', '2', '3'] })], '08P01')
})

test('reports a Bind with a length that goes past its end, and goes on', async () => {
  const server = await startServer()
  const { peer: alice } = await logIn(server, 'alice')
  const lying = message(
    'B',
    text(''),
    text('s'),
    int16(0),
    int16(1),
    int32(100),
    Buffer.from('abc'),
    int16(0),
  )

  await alice.send(Buffer.concat([parse('s', 'select $1::text as n', []), SYNC]))
  await alice.expect(Buffer.concat([PARSED, ready('I')]))
  await expectFailure(alice, [lying], '08P01')

  await runAgain(alice, 's', ['x'], 'x')
})

test('answers an empty statement with EmptyQueryResponse', async () => {
  const server = await startServer()
  const { peer: alice } = await logIn(server, 'alice')

  await alice.send(Buffer.concat([parse('', '', []), describe('S', ''), bind({}), execute(), SYNC]))

  await alice.expect(Buffer.concat([PARSED, takes(), NO_DATA, BOUND, message('I'), ready('I')]))
})

test('cancels a statement that Execute is running', async () => {
  const server = await startServer()
  const { peer: alice, key } = await logIn(server, 'alice')

  await alice.send(
    Buffer.concat([parse('', 'select pg_sleep($1)', []), bind({ values: ['60'] }), message('H')]),
  )
  await alice.expect(Buffer.concat([PARSED, BOUND]))
  await alice.send(Buffer.concat([execute(), SYNC]))
  await server.untilIdle()
  await cancel(server, key)

  await expectError(alice, { code: '57014' })
  await alice.expect(ready('I'))
  await ask(alice, 'select 1 as n', ONE)
})

test('copies rows in, however CopyData cuts them', async () => {
  const server = await startServer()
  const { peer: alice } = await logIn(server, 'alice')
  const name = random.word()

  await ask(alice, 'create table t (n int, word text)', done('CREATE TABLE'))
  await alice.send(query('copy t from stdin'))
  await alice.expect(message('G', Buffer.of(0), int16(2), int16(0), int16(0)))
  await alice.send(copyData(`1\t${name}\n2\t\\N\n3`))
  await alice.send(
    Buffer.concat([copyData('\ta\\tb\\nc\\'), copyData('\\d\n'), copyData('4\t\n'), message('c')]),
  )
  await alice.expect(done('COPY 4'))

  await alice.send(query('select n + 0 as n, word || $$$$ as word from t order by n'))
  await alice.expect(rowDescription(['n', 23, 4], ['word', 25, -1]))
  await alice.expect(
    Buffer.concat([dataRow('1', name), dataRow('2', null), dataRow('3', 'a\tb\nc\\d'), dataRow('4', '')]),
  )
  await alice.expect(done('SELECT 4'))

  await ask(alice, 'create table lines (line text)', done('CREATE TABLE'))
  await alice.send(query('copy lines from stdin'))
  await alice.expect(message('G', Buffer.of(0), int16(1), int16(0)))
  await alice.send(Buffer.concat([copyData('one\n\nthree\n'), message('c')]))
  await alice.expect(done('COPY 3'))
})

test('copies rows out', async () => {
  const server = await startServer()
  const { peer: alice } = await logIn(server, 'alice')

  await ask(
    alice,
    "create table t (n int, word text); insert into t values (1, 'a\tb\\'), (2, null)",
    complete('CREATE TABLE'),
    done('INSERT 0 2'),
  )
  await alice.send(query('copy t to stdout; select 1 as n'))

  await alice.expect(message('H', Buffer.of(0), int16(2), int16(0), int16(0)))
  await alice.expect(
    Buffer.concat([copyData('1\ta\\tb\\\\\n'), copyData('2\t\\N\n'), message('c'), complete('COPY 2')]),
  )
  await alice.expect(ONE)
})

test('stores nothing from a COPY that fails, and goes on', async () => {
  const server = await startServer()
  const { peer: alice } = await logIn(server, 'alice')

  await ask(alice, 'create table t (n int)', done('CREATE TABLE'))
  await alice.send(query('copy t from stdin'))
  await alice.expect(message('G', Buffer.of(0), int16(1), int16(0)))
  await alice.send(Buffer.concat([copyData('1\n'), message('f', text('no more'))]))
  await expectError(alice, { code: '57014', message: 'COPY from stdin failed: no more' })
  await alice.expect(ready('I'))
  await alice.send(query('copy t from stdin'))
  await alice.expect(message('G', Buffer.of(0), int16(1), int16(0)))
  await alice.send(Buffer.concat([copyData('2\nthree\n'), message('c')]))
  await expectError(alice, { code: '22P02' })
  await alice.expect(ready('I'))

  await alice.send(Buffer.concat([copyData('4\n'), message('c')]))
  await ask(
    alice,
    'select count(*) as n from t',
    rowDescription(['n', 20, 8]),
    dataRow('0'),
    done('SELECT 1'),
  )
})

test('tells listeners of a NOTIFY once it is committed', async () => {
  const server = await startServer()
  const { peer: alice } = await logIn(server, 'alice')
  const { peer: bob, key } = await logIn(server, 'bob')
  const news = random.word()

  await ask(alice, 'listen news', done('LISTEN'))
  await ask(bob, 'begin', complete('BEGIN'), ready('T'))
  await ask(bob, `notify news, '${news}'`, complete('NOTIFY'), ready('T'))
  await ask(bob, "notify other, 'x'", complete('NOTIFY'), ready('T'))
  await alice.expectNothing()
  await ask(bob, 'commit', done('COMMIT'))

  await alice.expect(message('A', key.subarray(0, 4), text('news'), text(news)))
  await ask(alice, 'unlisten news', done('UNLISTEN'))
  await ask(bob, 'notify news', done('NOTIFY'))
  await ask(alice, 'select 1 as n', ONE)
})

test('holds notifications back while a transaction is open', async () => {
  const server = await startServer()
  const { peer: alice } = await logIn(server, 'alice')
  const { peer: bob, key } = await logIn(server, 'bob')

  await ask(alice, 'listen news', done('LISTEN'))
  await ask(alice, 'begin', complete('BEGIN'), ready('T'))
  await ask(bob, "notify news, 'now'", done('NOTIFY'))
  await ask(
    alice,
    'select 1 as n',
    rowDescription(['n', 23, 4]),
    dataRow('1'),
    complete('SELECT 1'),
    ready('T'),
  )

  await alice.send(query('commit'))
  await alice.expect(complete('COMMIT'))
  await alice.expect(Buffer.concat([message('A', key.subarray(0, 4), text('news'), text('now')), ready('I')]))
})

test('serves postgres with its default settings', async () => {
  const server = await startServer()
  const sql = await connectPostgres(server)
  const name = random.word()

  await expectDone(sql`create table t (id int, name text)`, 'answer CREATE TABLE')
  await expectDone(sql`insert into t values (${1}, ${name}), (${2}, ${null})`, 'answer INSERT')

  await expectSame(sql`select * from t where id = ${1}`, [{ id: 1, name }], 'answer SELECT with')
  await expectRejected(sql`select nope from t`, { code: '42703' }, 'refuse an unknown column')
  await expectSame(sql`select name from t where id > ${1}`, [{ name: null }], 'answer SELECT with')
})

test('serves postgres when every byte arrives alone', async () => {
  const server = await startServer()
  const sql = await connectPostgres(server, { sizes: [1] })

  await expectSame(sql`select ${7}::int as seven`, [{ seven: 7 }], 'answer SELECT with')
})

type Login = { user: string; password: string; database: string }

const SASL = message('R', int32(10), text('SCRAM-SHA-256'), text(''))
const ONE = selected('n', '1')
const SYNC = message('S')
const PARSED = message('1')
const BOUND = message('2')
const CLOSED = message('3')
const NO_DATA = message('n')
const SUSPENDED = message('s')

/** A message: type, length (which counts itself, but not the type) and content. */
function message(type: string, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  return Buffer.concat([Buffer.from(type), int32(4 + body.length), body])
}

function startup({ user, database }: Omit<Login, 'password'>): Buffer {
  const words = ['user', user, 'database', database, ''].map(text)
  return message('', int32(0x00030000), ...words)
}

function request(code: number, ...rest: Buffer[]): Buffer {
  return message('', int32(code), ...rest)
}

function query(sql: string): Buffer {
  return message('Q', text(sql))
}

function rowDescription(...columns: [name: string, type: number, size: number, format?: number][]): Buffer {
  const fields = columns.flatMap(([name, type, size, format = 0]) => [
    ...[text(name), int32(0), int16(0), int32(type), int16(size), int32(-1), int16(format)],
  ])
  return message('T', int16(columns.length), ...fields)
}

type Value = string | Buffer | null

/** A value after its length; null is only a length. */
function sized(value: Value): Buffer {
  if (value === null) return int32(-1)
  const bytes = Buffer.from(value)
  return Buffer.concat([int32(bytes.length), bytes])
}

function dataRow(...values: Value[]): Buffer {
  return message('D', int16(values.length), ...values.map(sized))
}

function parse(name: string, sql: string, types: number[]): Buffer {
  return message('P', text(name), text(sql), int16(types.length), ...types.map(int32))
}

interface Bind {
  portal?: string
  statement?: string
  values?: Value[]
  formats?: number[]
  results?: number[]
}

function bind({ portal = '', statement = '', values = [], formats = [], results = [] }: Bind): Buffer {
  const counted = (numbers: number[]) => [int16(numbers.length), ...numbers.map(int16)]
  const given = [int16(values.length), ...values.map(sized)]
  return message('B', text(portal), text(statement), ...counted(formats), ...given, ...counted(results))
}

function describe(kind: string, name: string): Buffer {
  return message('D', Buffer.from(kind), text(name))
}

function execute(portal = '', limit = 0): Buffer {
  return message('E', text(portal), int32(limit))
}

function close(kind: string, name: string): Buffer {
  return message('C', Buffer.from(kind), text(name))
}

/** ParameterDescription. */
function takes(...types: number[]): Buffer {
  return message('t', int16(types.length), ...types.map(int32))
}

function copyData(rows: string): Buffer {
  return message('d', Buffer.from(rows))
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

/** Runs a prepared statement that returns one value. */
async function runAgain(peer: Peer, statement: string, values: string[], answer: string): Promise<void> {
  await peer.send(Buffer.concat([bind({ statement, values }), execute(), SYNC]))
  await peer.expect(Buffer.concat([BOUND, dataRow(answer), done('SELECT 1')]))
}

async function expectFailure(peer: Peer, messages: Buffer[], code: string): Promise<void> {
  await peer.send(Buffer.concat([...messages, SYNC]))
  await expectError(peer, { code })
  await peer.expect(ready('I'))
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
async function prove(peer: Peer, login: Login) {
  const nonce = randomBytes(18).toString('base64')
  await peer.send(startup(login))
  await peer.expect(SASL)
  const first = `n=,r=${nonce}`
  const bytes = Buffer.from(`n,,${first}`)
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
  const withoutProof = `c=biws,r=${r}`
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

async function connectPostgres(server: Server, options: RelayOptions = {}): Promise<postgres.Sql> {
  const { user: username, ...rest } = ALICE
  const open = ({ host, port }: { host: string; port: number }) => postgres({ host, port, username, ...rest })
  return server.drive('postgres', open, (sql) => sql.end({ timeout: 0 }), options)
}
