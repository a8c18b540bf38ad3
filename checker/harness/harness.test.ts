import { once } from 'node:events'
import net from 'node:net'
import { Redis } from 'ioredis'
import type { FailureCode } from './failure.ts'
import {
  allow,
  askUntil,
  expectDone,
  expectRejected,
  expectSame,
  holdPort,
  runProgram,
  type Server,
  startServer,
} from './index.ts'
import type { Address } from './relay.ts'
import { beginTest, closeSetting, endTest, openSetting, takeRecord } from './setting.ts'

/** Small servers, right and wrong, as a program's text; `up(handler)` listens as the exercises ask. */
const UP = `const net = require('node:net')
const { HOST, PORT } = process.env
const up = (handler, options = {}) => net.createServer({ allowHalfOpen: true, ...options }, (socket) => {
  socket.on('error', () => {})
  handler(socket)
}).listen(+PORT, HOST)
`

const ECHO = 'up((socket) => socket.pipe(socket))'

/** Runs one test on a server, and says with which failure it ended, if any. */
async function run(program: string, body: (server: Server) => Promise<void>) {
  const launch = { command: process.execPath, args: ['-e', UP + program], cwd: process.cwd(), tmp: '/tmp' }
  await openSetting({ launch, seed: 1, subject: 'server', scale: 1 })
  beginTest('a test')
  let failure: { code: FailureCode; message: string } | undefined
  try {
    await body(await startServer())
  } catch (error) {
    failure = failureOf(error)
  }
  try {
    await endTest()
  } catch (error) {
    failure ??= failureOf(error)
  }
  const record = takeRecord()
  await closeSetting()
  return { failure, record }
}

function failureOf(error: unknown) {
  const { failure } = error as { failure?: { code: FailureCode; message: string } }
  if (!failure) throw error
  return failure
}

async function hello(server: Server): Promise<void> {
  const alice = await server.connect('alice')
  await alice.send('hello\n')
  await alice.expect('hello\n')
}

async function helloAndEnd(server: Server): Promise<void> {
  const alice = await server.connect('alice')
  await alice.send('hello\n')
  await alice.end()
  await alice.expect('hello\n')
  await alice.expectEnd()
}

test('passes a right server', async () => {
  const { failure, record } = await run(ECHO, helloAndEnd)

  expect(failure).toBeUndefined()
  // The echo and our FIN cross on the way: which of them we see first is chance.
  expect(record.conversation.map(({ kind }) => kind).toSorted()).toEqual(
    ['start', 'ready', 'connect', 'sent', 'fin-sent', 'received', 'fin'].toSorted(),
  )
})

/** The end is answered, and no sooner than so many ms behind it. */
const endAndWait = (ms: number) => async (server: Server) => {
  const alice = await server.connect('alice')
  await alice.end()
  await alice.expect('hello\n')
  await alice.expectDelay(ms)
}

test('takes an answer that comes in its time', async () => {
  const late = "up((socket) => socket.on('end', () => setTimeout(() => socket.end('hello\\n'), 40)).resume())"

  expect((await run(late, endAndWait(40))).failure).toBeUndefined()
})

const OUTCOMES: [string, string, (server: Server) => Promise<void>, FailureCode, RegExp][] = [
  ['never listens', 'setInterval(() => {}, 60_000)', hello, 'never-listened', /running and has not listened/],
  ['exits', 'process.exit(3)', hello, 'exited', /its process exited with code 3/],
  ['throws', "throw new Error('no idea')", hello, 'exited', /exited with code 1: Error: no idea/],
  ['is killed', "process.kill(process.pid, 'SIGKILL')", hello, 'exited', /was killed by SIGKILL/],
  [
    'listens elsewhere',
    'net.createServer().listen(0, HOST)',
    hello,
    'wrong-port',
    /but listens on 127\.0\.0\.1:\d+/,
  ],
  [
    'listens on another interface',
    "net.createServer().listen(+PORT, '127.0.0.5')",
    hello,
    'wrong-interface',
    /127\.0\.0\.5/,
  ],
  [
    'says nothing',
    'up(() => {})',
    hello,
    'silent',
    /send alice "hello\\n" \(6 bytes\), but sent nothing for 1 s/,
  ],
  [
    'stops half-way',
    "up((socket) => socket.write('hel'))",
    hello,
    'silent',
    /but sent only 3 of them and then nothing/,
  ],
  [
    'ends early',
    "up((socket) => socket.end('hel'))",
    hello,
    'ended',
    /only 3 of them and then ended the connection \(FIN\)/,
  ],
  ['resets', 'up((socket) => socket.resetAndDestroy())', hello, 'reset', /reset the connection \(RST\)/],
  [
    'answers wrongly',
    "up((socket) => socket.write('hullo\\n'))",
    hello,
    'wrong-bytes',
    /byte 1 was "u" \(75\) instead of "e"/,
  ],
  [
    'answers too much',
    "up((socket) => socket.write('hello\\nhello\\n'))",
    hello,
    'extra-bytes',
    /nothing more, but sent 6 bytes more/,
  ],
  [
    'never ends',
    'up((socket) => socket.pipe(socket, { end: false }))',
    helloAndEnd,
    'not-ended',
    /kept it open/,
  ],
  [
    'dies with a client',
    "up((socket) => socket.on('data', () => { throw new Error('boom') }))",
    hello,
    'exited',
    /Error: boom/,
  ],
  [
    'answers too early',
    "up((socket) => socket.on('end', () => socket.end('hello\\n')).resume())",
    endAndWait(60_000),
    'too-early',
    /no sooner than 60000 ms after the end \(FIN\), but answered \d+\.\d ms after it/,
  ],
  [
    'answers before the end',
    "up((socket) => socket.write('hello\\n'))",
    async (server) => {
      const alice = await server.connect('alice')
      await alice.expect('hello\n')
      await alice.end()
      await alice.expectDelay(50)
    },
    'too-early',
    /but answered before it/,
  ],
  [
    'floods the client',
    "up((socket) => { const more = () => { while (socket.write(Buffer.alloc(65536))); }; socket.on('drain', more); socket.write('hello\\n'); more() })",
    helloAndEnd,
    'extra-bytes',
    /at least/,
  ],
]

test.each(OUTCOMES)('names a server that %s', async (_, program, body, code, message) => {
  const { failure } = await run(program, body)

  expect(failure).toMatchObject({ code, message: expect.stringMatching(message) })
})

test('waits for a server that is busy', async () => {
  const slow =
    "up((socket) => socket.on('data', (chunk) => { const end = Date.now() + 2500; while (Date.now() < end); socket.write(chunk) }))"

  const { failure } = await run(slow, hello)

  expect(failure).toBeUndefined()
})

test('takes a server that prints without end as it is', async () => {
  const { failure, record } = await run(
    `${ECHO}; setInterval(() => console.log('x'.repeat(100_000)), 1)`,
    hello,
  )

  expect(failure).toBeUndefined()
  expect(record.stdout.length).toBeLessThan(20_000)
})

test('ends what a server has started', async () => {
  const program = `require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' })
process.on('SIGTERM', () => {})
console.log(process.pid)
${ECHO}`

  const { record } = await run(program, hello)

  expect(() => process.kill(-Number.parseInt(record.stdout, 10), 0)).toThrow('ESRCH')
})

test('tells whose bytes came to the wrong client', async () => {
  const mixed =
    "const all = []; up((socket) => { all.push(socket); socket.on('data', (chunk) => all.forEach((each) => each.write(chunk))) })"

  const { failure } = await run(mixed, async (server) => {
    const alice = await server.connect('alice')
    const bob = await server.connect('bob')
    await bob.send('from bob\n')
    await bob.expect('from bob\n')
    await alice.send('from alice\n')
    await alice.expect('from alice\n')
  })

  expect(failure).toMatchObject({
    code: 'foreign-bytes',
    message: expect.stringContaining('which bob had sent'),
  })
})

test('makes sure that pieces are read one by one', async () => {
  const counts =
    "up((socket) => { let reads = 0; socket.on('data', () => { reads += 1 }); socket.on('end', () => socket.end(String(reads))) })"

  const { failure } = await run(counts, async (server) => {
    const alice = await server.connect('alice')
    await alice.sendInPieces('twenty-two bytes long.')
    await alice.end()
    await alice.expect('22')
    await alice.expectEnd()
  })

  expect(failure).toBeUndefined()
})

test('counts sockets and memory from outside', async () => {
  const { failure } = await run(ECHO, async (server) => {
    const alice = await server.connect('alice')
    await alice.send('x')
    await alice.expect('x')
    expect(await server.sockets()).toBe(2)
    expect(await server.memory()).toBeGreaterThan(1_000_000)
    await alice.reset()
    await server.expectSockets(1)
  })

  expect(failure).toBeUndefined()
})

/** Grows by 8 MiB each 20 ms and never answers; a child does so for it where it is asked for one. */
const GROWS = `const all = []
const grow = () => setInterval(() => all.push(Buffer.alloc(8 * 2 ** 20, 1)), 20)`

test.each([
  ['itself', `${GROWS}; up((socket) => socket.on('data', grow))`],
  [
    'in a child',
    `const { spawn } = require('node:child_process')
up((socket) => socket.on('data', () => spawn(process.execPath, ['-e', ${JSON.stringify(`${GROWS}; grow()`)}], { stdio: 'inherit' })))`,
  ],
])('ends a server that grows %s past its limit, and says what had been sent', async (_, program) => {
  const start = performance.now()
  const { failure, record } = await run(program, async (server) => {
    server.limitMemory({ within: 100 * 2 ** 20, of: await server.memory() })
    await hello(server)
  })

  expect(failure?.message).toMatch(
    /^The server should stay within 100 MiB of the \d+ MiB it had before, but it grew to 1\d\d MiB, when its clients had sent 6 bytes and received 0 bytes\.$/,
  )
  expect(failure?.code).toBe('memory')
  // What follows its end is our doing, and not shown.
  expect(record.conversation.map(({ kind }) => kind)).toEqual(['start', 'ready', 'connect', 'sent'])
  expect(performance.now() - start).toBeLessThan(8000)
})

test('counts what the processes of a server share once, and not what it had before', async () => {
  const program = `${ECHO}; Buffer.alloc(150 * 2 ** 20, 1)
for (let i = 0; i < 4; i++) require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])`

  const { failure } = await run(program, async (server) => {
    server.limitMemory({ within: 64 * 2 ** 20, of: await server.memory() })
    await hello(server)
  })

  expect(failure).toBeUndefined()
})

test('asks until time has changed the answer, and tells one that time does not change', async () => {
  const question = { before: 'yet\n', after: 'now\n', seconds: 1 }
  const asked =
    'up((socket) => { const born = Date.now(); socket.on("data", () => socket.write(Date.now() - born < 400 ? "yet\\n" : "now\\n")) })'
  const ask = async (server: Server) => askUntil(await server.connect('alice'), '?', question)

  const changes = await run(asked, ask)
  const never = await run(asked.replace('400', '1e9'), ask)
  const wrong = await run(asked.replaceAll('yet', 'why'), ask)

  expect(changes.failure).toBeUndefined()
  expect(never.failure?.message).toMatch(
    /should answer "\?" with "now\\n" by now, but it answers "yet\\n", 1 s later/,
  )
  expect(wrong.failure).toMatchObject({ code: 'wrong-bytes' })
})

test('tells a program that spins long before the deadline of its test', async () => {
  const { failure } = await run('up(() => { for (;;); })', async (server) => {
    allow(2)
    await hello(server)
  })

  expect(failure?.message).toMatch(/nothing for 1 s of CPU time, in which it never rested/)
})

test('goes on with the pieces that a sleeping program does not read', async () => {
  const { failure } = await run('up((socket) => socket.pause())', async (server) => {
    const alice = await server.connect('alice')
    await alice.sendInPieces('never read')
    await alice.expectNothing()
  })

  expect(failure).toBeUndefined()
})

test('holds a port on which nobody listens', async () => {
  const { failure } = await run(ECHO, async () => {
    const port = await holdPort()
    const socket = net.connect(port, '127.0.0.1')
    const [error] = (await once(socket, 'close').catch((reason) => [reason])) as [NodeJS.ErrnoException]
    expect(error.code).toBe('ECONNREFUSED')
  })

  expect(failure).toBeUndefined()
})

/** A Redis server that knows one answer. */
const redisThatSays = (answer: string) =>
  `up((socket) => socket.on('data', () => socket.write(${JSON.stringify(answer)})))`

function ioredis(server: Server, options = {}): Promise<Redis> {
  const open = ({ host, port }: Address) =>
    new Redis({ host, port, protocol: 2, enableReadyCheck: false, disableClientInfo: true })
  return server.drive('ioredis', open, (redis) => redis.disconnect(), options)
}

test("keeps what a library's client says and hears", async () => {
  const { failure, record } = await run(redisThatSays('+b\r\n'), async (server) => {
    const redis = await ioredis(server)
    await expectSame(redis.get('a'), 'b', 'answer GET a with')
  })

  expect(failure).toBeUndefined()
  const ofRedis = record.conversation.filter(({ peer }) => peer === 'ioredis').map(({ kind }) => kind)
  expect(ofRedis).toEqual(['connect', 'sent', 'received'])
})

test("hands on a library client's bytes one by one", async () => {
  const counts = `let reads = 0
up((socket) => socket.on('data', (chunk) => { reads += chunk.length === 1 ? 1 : 100; if (reads === 20) socket.write('+whole\\r\\n') }))`
  const { failure } = await run(counts, async (server) => {
    const redis = await ioredis(server, { sizes: [1] })
    await expectSame(redis.get('a'), 'whole', 'answer GET a with')
  })

  expect(failure).toBeUndefined()
})

test("tells a library's wrong value, error and silence", async () => {
  const wrong = await run(redisThatSays('+c\r\n'), async (server) => {
    await expectSame((await ioredis(server)).get('a'), 'b', 'answer GET a with')
  })
  const refused = await run(redisThatSays('-ERR no\r\n'), async (server) => {
    await expectDone((await ioredis(server)).get('a'), 'answer GET a')
  })
  const silent = await run('up(() => {})', async (server) => {
    await expectDone((await ioredis(server)).get('a'), 'answer GET a')
  })

  expect(wrong.failure?.message).toBe('The server should answer GET a with "b", but it was "c".')
  expect(refused.failure?.message).toBe('The server should answer GET a, but the client reported "ERR no".')
  expect(silent.failure?.message).toMatch(/^The server should answer GET a, but no answer came for /)
})

test('tells an error that did not come, or another one', async () => {
  const rejects = (answer: string) =>
    run(redisThatSays(answer), async (server) => {
      await expectRejected((await ioredis(server)).get('a'), { message: /^WRONGTYPE/ }, 'refuse GET a')
    })

  expect((await rejects('-WRONGTYPE no\r\n')).failure).toBeUndefined()
  expect((await rejects('+b\r\n')).failure?.message).toContain('but the client was content with the answer')
  expect((await rejects('-ERR no\r\n')).failure?.message).toContain('but the client reported "ERR no"')
})

test('runs a program of the system, and says where it is missing', async () => {
  const { failure } = await run(ECHO, async () => {
    const { stdout, code } = await runProgram(['cat'], 'serve cat', 'hello')
    expect([`${stdout}`, code]).toEqual(['hello', 0])
    await expect(runProgram(['no-such-program'], 'serve it')).rejects.toMatchObject({
      missing: 'no-such-program is not installed here',
    })
  })

  expect(failure).toBeUndefined()
})
