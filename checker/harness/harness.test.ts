import { once } from 'node:events'
import { existsSync, lstatSync, readFileSync } from 'node:fs'
import net from 'node:net'
import { Redis } from 'ioredis'
import { isInstalled } from '../files/installed.ts'
import { serverLaunch } from '../testing/servers.ts'
import type { FailureCode } from './failure.ts'
import {
  allow,
  askUntil,
  everyWay,
  expectDone,
  expectRejected,
  expectSame,
  flood,
  holdPort,
  inSteps,
  inTime,
  makeFolder,
  type Peer,
  runProgram,
  type Server,
  startServer,
  untilDropped,
  untilFull,
} from './index.ts'
import type { Address } from './relay.ts'
import { closeCheck, openCheck } from './running-check.ts'

/** Runs one test on a small server, and returns the failure that it ended with, if any. */
async function run(name: string, body: (server: Server) => Promise<void>, ...args: string[]) {
  const check = await openCheck({ launch: serverLaunch(name, args), seed: 1, subject: 'server', scale: 1 })
  check.beginTest('a test')
  let failure: { code: FailureCode; message: string } | undefined
  try {
    await body(await startServer())
  } catch (error) {
    failure = failureOf(error)
  }
  try {
    await check.endTest()
  } catch (error) {
    failure ??= failureOf(error)
  }
  const record = check.takeRecord()
  await closeCheck()
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
  const { failure, record } = await run('echoes', helloAndEnd)

  expect(failure).toBeUndefined()
  // The echo and our FIN cross on the way: which of them we see first is chance.
  expect(record.conversation.map(({ kind }) => kind).toSorted()).toEqual(
    ['start', 'ready', 'connect', 'sent', 'fin-sent', 'received', 'fin'].toSorted(),
  )
})

/** The end is answered, and no sooner than this many ms after it. */
const endAndWait = (ms: number) => async (server: Server) => {
  const alice = await server.connect('alice')
  await alice.end()
  await alice.expect('hello\n')
  await alice.expectDelay(ms)
}

test('takes an answer that comes in its time', async () => {
  expect((await run('answers late', endAndWait(40))).failure).toBeUndefined()
})

const OUTCOMES: [string, (server: Server) => Promise<void>, FailureCode, RegExp][] = [
  ['never listens', hello, 'never-listened', /running and has not listened/],
  ['exits', hello, 'exited', /its process exited with code 3/],
  ['throws', hello, 'exited', /exited with code 1: Error: no idea/],
  ['is killed', hello, 'exited', /was killed by SIGKILL/],
  ['listens elsewhere', hello, 'wrong-port', /but listens on 127\.0\.0\.1:\d+/],
  ['listens on another interface', hello, 'wrong-interface', /127\.0\.0\.5/],
  ['says nothing', hello, 'silent', /send alice "hello\\n" \(6 bytes\), but sent nothing for 1 s/],
  ['stops half-way', hello, 'silent', /but sent only 3 of them and then nothing/],
  ['ends early', hello, 'ended', /only 3 of them and then ended the connection \(FIN\)/],
  ['resets', hello, 'reset', /reset the connection \(RST\)/],
  ['answers wrongly', hello, 'wrong-bytes', /byte 1 was "u" \(75\) instead of "e"/],
  ['answers too much', hello, 'extra-bytes', /nothing more, but sent 6 bytes more/],
  ['never ends', helloAndEnd, 'not-ended', /kept it open/],
  ['dies with a client', hello, 'exited', /Error: boom/],
  [
    'answers too early',
    endAndWait(60_000),
    'too-early',
    /no sooner than 60000 ms after the end \(FIN\), but answered \d+\.\d ms after it/,
  ],
  [
    'answers before the end',
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
    'ticks sooner than it was asked to',
    async (server) => {
      const alice = await server.connect('alice')
      await alice.send('subscribe 60000\n')
      await alice.expect('tick 1\n')
      await alice.expectDelay(60_000, 'tick 1')
    },
    'too-early',
    /send alice tick 1 no sooner than 60000 ms after "subscribe 60000\\n", but sent it \d+\.\d ms after it/,
  ],
  [
    'never ends its ticks',
    async (server) => {
      allow(1)
      const alice = await server.connect('alice')
      await alice.end()
      await alice.readToEnd()
    },
    'not-ended',
    /end alice's connection \(FIN\), but sent \d[\d,]* bytes, the last of them ".*tick\\n", and did not end within \d+ s/,
  ],
  [
    'resets after its ticks',
    async (server) => {
      await (await server.connect('alice')).readToEnd()
    },
    'reset',
    /but sent 5 bytes, the last of them "tick\\n" and then reset the connection/,
  ],
  [
    'leaves a timer',
    async (server) => {
      await server.connect('alice')
      await server.expectRest('now that all have left')
    },
    'no-rest',
    /should rest now that all have left, but it woke up \d+ times a second and used \d+ % of a core/,
  ],
  ['has a child that never rests', (server) => server.expectRest(), 'no-rest', /used \d+ % of a core/],
  ['floods the client', helloAndEnd, 'extra-bytes', /at least/],
]

test.each(OUTCOMES)('names a server that %s', async (name, body, code, message) => {
  const { failure } = await run(name, body)

  expect(failure).toMatchObject({ code, message: expect.stringMatching(message) })
})

test.each([
  [
    'listens on every interface',
    '::',
    /listen on 127\.0\.0\.1:\d+, the address in HOST, but listens on \[::\]:\d+, which/,
  ],
  [
    'listens on every interface',
    '0.0.0.0',
    /but listens on 0\.0\.0\.0:\d+, which is every address of the machine\.$/,
  ],
  [
    'listens on a second port',
    '::',
    /but listens on \[::\]:\d+ too, which is every address of the machine\.$/,
  ],
  ['listens on a second port', '0.0.0.0', /but listens on 0\.0\.0\.0:\d+ too/],
])('tells a server that %s at its start: %s', async (name, address, message) => {
  const { failure } = await run(name, hello, address)

  expect(failure).toMatchObject({ code: 'wrong-interface', message: expect.stringMatching(message) })
})

test('lets a server have a port beside for this machine alone', async () => {
  expect((await run('listens on a second port', hello, '127.0.0.1')).failure).toBeUndefined()
})

test('compares a long answer part by part, and counts from its start', async () => {
  const block = Buffer.from(Array.from({ length: 251 }, (_, i) => i))
  const parts = (count: number) => Array.from({ length: count }, () => block)
  const expect1000 = async (server: Server) => (await server.connect('alice')).expect(parts(1000))

  const right = await run('sends a long answer', expect1000, '251000')
  const wrong = await run('sends a long answer', expect1000, '251000', '70000')
  const short = await run('sends a long answer', expect1000, '70000')

  expect(right.failure).toBeUndefined()
  expect(wrong.failure).toMatchObject({
    message: 'The server should send alice 251,000 bytes, but byte 70,000 was FF instead of DE.',
    offset: 70_000,
    window: 69_968,
  })
  expect(short.failure?.message).toMatch(/251,000 bytes, but sent only 70,000 of them and then nothing for/)
})

test('tells a server that spins, also to the test that follows', async () => {
  const launch = serverLaunch('spins at its start')
  const check = await openCheck({ launch, seed: 1, subject: 'server', scale: 1 })
  const failures = []
  for (const title of ['first', 'second']) {
    check.beginTest(title)
    failures.push(await startServer().catch(failureOf))
    await check.endTest().catch(() => {})
    check.takeRecord(true)
  }
  await closeCheck()

  const spun = (seconds: string) => ({
    code: 'never-listened',
    spun: true,
    message: expect.stringMatching(
      `has not listened after ${seconds} s of CPU time: it computed the whole time`,
    ),
  })
  // The second process was started ahead, and may have spun for as long by then.
  expect(failures).toMatchObject([spun('[4-9]\\.\\d'), spun('\\d+\\.\\d')])
}, 60_000)

test('waits for a server that is busy', async () => {
  const { failure } = await run('is busy', hello)

  expect(failure).toBeUndefined()
})

test('takes a server that prints without end as it is', async () => {
  const { failure, record } = await run('prints without end', hello)

  expect(failure).toBeUndefined()
  expect(record.stdout.length).toBeLessThan(20_000)
})

test('ends what a server has started', async () => {
  const { record } = await run('starts another', hello)

  expect(() => process.kill(-Number.parseInt(record.stdout, 10), 0)).toThrow('ESRCH')
})

test('tells whose bytes came to the wrong client', async () => {
  const { failure } = await run('answers everybody', async (server) => {
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
  const { failure } = await run('counts reads', async (server) => {
    const alice = await server.connect('alice')
    await alice.sendInPieces('twenty-two bytes long.')
    await alice.end()
    await alice.expect('22')
    await alice.expectEnd()
  })

  expect(failure).toBeUndefined()
})

test('counts sockets and memory from outside', async () => {
  const { failure } = await run('echoes', async (server) => {
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

test('reads up to the end, and takes a server that sleeps for one at rest', async () => {
  const { failure } = await run('echoes', async (server) => {
    const alice = await server.connect('alice')
    await alice.send('hello\n')
    await alice.end()
    expect(await alice.readToEnd()).toBe('hello\n')
    await server.expectRest()
  })

  expect(failure).toBeUndefined()
})

test.each(['grows', 'grows in a child'])(
  'ends a server that %s past its limit, and says what had been sent',
  async (name) => {
    const start = performance.now()
    const { failure, record } = await run(name, async (server) => {
      server.limitMemory({ within: 100 * 2 ** 20, of: await server.memory() })
      await hello(server)
    })

    expect(failure?.message).toMatch(
      /^The server should stay within 100 MiB of the \d+ MiB that it used at first, but it grew to 1\d\d MiB after its clients had sent 6 bytes and received 0 bytes\.$/,
    )
    expect(failure?.code).toBe('memory')
    // What follows the failure is our doing, and not shown.
    expect(record.conversation.map(({ kind }) => kind)).toEqual(['start', 'ready', 'connect', 'sent'])
    expect(performance.now() - start).toBeLessThan(8000)
  },
)

test('counts what the processes of a server share once, and not what it had before', async () => {
  const { failure } = await run('has children', async (server) => {
    server.limitMemory({ within: 64 * 2 ** 20, of: await server.memory() })
    await hello(server)
  })

  expect(failure).toBeUndefined()
})

test('asks until time has changed the answer, and tells one that time does not change', async () => {
  const question = { before: 'yet\n', after: 'now\n', seconds: 1 }
  const ask = async (server: Server) => askUntil(await server.connect('alice'), '?', question)

  const changes = await run('changes its answer', ask, 'yet', '400')
  const never = await run('changes its answer', ask, 'yet', '1e9')
  const wrong = await run('changes its answer', ask, 'why', '400')

  expect(changes.failure).toBeUndefined()
  expect(never.failure?.message).toMatch(
    /should answer "\?" with "now\\n" within 1 s, but after 1 s it still answers "yet\\n"/,
  )
  expect(wrong.failure).toMatchObject({ code: 'wrong-bytes' })
})

test('counts the CPU time of threads that have ended, and tells a program that spends too much of it', async () => {
  const compute = (server: Server, ms: number) => async () => {
    const alice = await server.connect('alice')
    await alice.send(`${ms}`)
    await alice.expect('done\n')
  }

  const thrifty = await run('computes in a thread', async (server) => {
    const within = await server.cpuTime(compute(server, 300))
    expect(within).toBeGreaterThan(200)
    await server.expectCpuTime(compute(server, 50), { within, on: 'a little' })
  })
  const lavish = await run('computes in a thread', async (server) =>
    server.expectCpuTime(compute(server, 60_000), { within: 300, on: 'a little' }),
  )

  expect(thrifty.failure).toBeUndefined()
  expect(lavish.failure).toMatchObject({
    code: 'cpu',
    message: 'The server should spend at most 0.3 s of CPU time on a little, but it used more.',
  })
})

test.each([
  ['echoes slowly', 'a byte that comes', 'hello\nhello\nhello\n'],
  ['reads slowly', 'a byte that is read', Buffer.alloc(8 * 2 ** 20)],
])('has patience with one that %s: %s has the wait begin anew', async (name, _, bytes) => {
  const { failure } = await run(name, async (server) => {
    allow(1)
    const alice = await server.connect('alice')
    await alice.send(bytes)
    await alice.end()
    if (typeof bytes === 'string') await alice.expect(bytes)
    await alice.expectEnd()
  })

  expect(failure).toBeUndefined()
})

test('tells a program that spins long before the deadline of its test', async () => {
  const { failure } = await run('spins', async (server) => {
    allow(2)
    await hello(server)
  })

  expect(failure?.message).toMatch(/nothing for 1 s of CPU time, in which it never rested/)
})

test('goes on with the pieces that a sleeping program does not read', async () => {
  const { failure } = await run('never reads', async (server) => {
    const alice = await server.connect('alice')
    await alice.sendInPieces('never read')
    await alice.expectNothing()
  })

  expect(failure).toBeUndefined()
})

test('knows how much waits in a server for a client that does not read', async () => {
  const stall = async (server: Server) => {
    allow(30)
    const dave = await server.connect('dave')
    dave.pause()
    const speak = async () => {
      await dave.send('xxxx')
      await server.untilIdle()
      return 2 ** 20
    }
    await untilDropped(dave, { within: 4 * 2 ** 20, speak })
    await dave.reset()
  }
  const [drops, keeps] = [
    await run('sends blocks', stall, `${3 * 2 ** 20}`),
    await run('sends blocks', stall),
  ]

  expect(drops.failure).toBeUndefined()
  expect(keeps.failure?.message).toMatch(
    /should drop dave before 4 MiB wait for it, but its connection is still open: since dave stopped reading, \d+ MiB were written for it, and [45](\.\d)? MiB of that wait in the server/,
  )
})

test('has a program send until the kernel is full, and so much more', async () => {
  let blocks = 0
  const { failure } = await run('sends blocks', async (server) => {
    allow(30)
    const dave = await server.connect('dave')
    dave.pause()
    const speak = async () => {
      blocks += 1
      await dave.send('xxxx')
      await server.untilIdle()
      return 2 ** 20
    }
    await untilFull(dave, { beyond: 2 * 2 ** 20, speak })
    await dave.reset()
  })

  expect(failure).toBeUndefined()
  expect(blocks).toBeGreaterThan(2)
})

test('counts what has come, and lets a stream that never ends be left', async () => {
  const { failure } = await run('echoes', async (server) => {
    const alice = (await server.connect('alice')).endless()
    await alice.send('one')
    await alice.expect('one')
    expect(alice.arrivals).toEqual(process.platform === 'linux' ? { bytes: 3, segments: 1 } : undefined)
    await alice.send('nobody reads this')
    await server.untilIdle()
  })

  expect(failure).toBeUndefined()
})

test('reads lines by number', async () => {
  const { failure } = await run('echoes', async (server) => {
    const alice = await server.connect('alice')
    await alice.send('one\ntwo\n\n')
    expect(await alice.readLines(3)).toEqual(['one', 'two', ''])
  })

  expect(failure).toBeUndefined()
})

test("does not wonder at a client's bytes where they should come, but for another name", async () => {
  const { failure } = await run('answers everybody', async (server) => {
    const alice = await server.connect('alice')
    const bob = await server.connect('bob')
    await alice.send('hello there\n')
    await bob.expect('alice: hello there\n')
  })

  expect(failure?.code).toBe('wrong-bytes')
})

test('holds a port on which nobody listens', async () => {
  const { failure } = await run('echoes', async () => {
    const port = await holdPort()
    const socket = net.connect(port, '127.0.0.1')
    const [error] = (await once(socket, 'close').catch((reason) => [reason])) as [NodeJS.ErrnoException]
    expect(error.code).toBe('ECONNREFUSED')
  })

  expect(failure).toBeUndefined()
})

/** A server that gives this answer to everything. */
function runRedis(answer: string, body: (server: Server) => Promise<void>) {
  return run('answers', body, answer)
}

function ioredis(server: Server, options = {}): Promise<Redis> {
  const open = ({ host, port }: Address) =>
    new Redis({ host, port, protocol: 2, enableReadyCheck: false, disableClientInfo: true })
  return server.drive('ioredis', open, (redis) => redis.disconnect(), options)
}

test("keeps what a library's client says and hears", async () => {
  const { failure, record } = await runRedis('+b\r\n', async (server) => {
    const redis = await ioredis(server)
    await expectSame(redis.get('a'), 'b', 'answer GET a with')
  })

  expect(failure).toBeUndefined()
  const ofRedis = record.conversation.filter(({ peer }) => peer === 'ioredis').map(({ kind }) => kind)
  expect(ofRedis).toEqual(['connect', 'sent', 'received'])
})

test("hands on a library client's bytes one by one", async () => {
  const { failure } = await run('wants single bytes', async (server) => {
    const redis = await ioredis(server, { sizes: [1] })
    await expectSame(redis.get('a'), 'whole', 'answer GET a with')
  })

  expect(failure).toBeUndefined()
})

test("tells a library's wrong value, error and silence", async () => {
  const wrong = await runRedis('+c\r\n', async (server) => {
    await expectSame((await ioredis(server)).get('a'), 'b', 'answer GET a with')
  })
  const refused = await runRedis('-ERR no\r\n', async (server) => {
    await expectDone((await ioredis(server)).get('a'), 'answer GET a')
  })
  const silent = await run('says nothing', async (server) => {
    await expectDone((await ioredis(server)).get('a'), 'answer GET a')
  })

  expect(wrong.failure?.message).toBe('The server should answer GET a with "b", but it was "c".')
  expect(refused.failure?.message).toBe('The server should answer GET a, but the client reported "ERR no".')
  expect(silent.failure?.message).toMatch(/^The server should answer GET a, but no answer came for /)
})

test('tells an error that did not come, or another one', async () => {
  const rejects = (answer: string) =>
    runRedis(answer, async (server) => {
      await expectRejected((await ioredis(server)).get('a'), { message: /^WRONGTYPE/ }, 'refuse GET a')
    })

  expect((await rejects('-WRONGTYPE no\r\n')).failure).toBeUndefined()
  expect((await rejects('+b\r\n')).failure?.message).toContain('but the client accepted the answer')
  expect((await rejects('-ERR no\r\n')).failure?.message).toContain('but the client reported "ERR no"')
})

test('reads so many bytes, and says how many came instead', async () => {
  const { failure } = await run('echoes', async (server) => {
    const alice = await server.connect('alice')
    await alice.send('hello')
    expect(`${await alice.read(2)}${await alice.read(3)}`).toBe('hello')
    await alice.send('abc')
    await alice.end()
    await alice.read(4)
  })

  expect(failure?.message).toBe(
    'The server should send alice 4 bytes, but sent 3 bytes and then ended the connection (FIN).',
  )
})

test('the wire adversary reads an answer that is not the same every time', async () => {
  const readLine = async (peer: Peer) => expect(await peer.readLine()).toBe('one')
  const { failure } = await run('echoes', (server) =>
    everyWay(server, [
      { send: 'one\n', expect: readLine },
      { send: 'two', expect: 'two' },
    ]),
  )

  expect(failure).toBeUndefined()
})

const withChromium = isInstalled('chromium') ? test : test.skip

withChromium('a page reports what it saw', async () => {
  const { failure } = await run('echoes', async (server) => {
    const seen = await server.browse(({ port }) => `<script>report({ port: ${port} })</script>`, 'be there')
    expect(seen).toEqual({ port: expect.any(Number) })
  })

  expect(failure).toBeUndefined()
})

test('runs a program of the system, and says where it is missing', async () => {
  const { failure } = await run('echoes', async () => {
    const { stdout, code } = await runProgram(['cat'], 'serve cat', 'hello')
    expect([`${stdout}`, code]).toEqual(['hello', 0])
    await expect(runProgram(['no-such-program'], 'serve it')).rejects.toMatchObject({
      missing: 'no-such-program is not installed here',
    })
  })

  expect(failure).toBeUndefined()
})

test('a line after a time is neither too early nor too late', async () => {
  const body = (ms: number) => async (server: Server) => {
    await server.untilIdle()
    const alice = await server.connect('alice')
    await alice.expectLineAfter(ms, 'late')
  }
  expect((await run('gives up on clients', body(200), '200')).failure).toBeUndefined()
  const early = await run('gives up on clients', body(400), '200')
  expect(early.failure).toMatchObject({ code: 'too-early' })
  expect(early.failure?.message).toMatch(
    /^The server should wait 400 ms after alice connected before it sends "late\\n", but it did so after \d+ ms\.$/,
  )
  const late = await run('gives up on clients', body(100), '60000')
  expect(late.failure).toEqual({
    code: 'too-late',
    peer: 'alice',
    message:
      'The server should send alice "late\\n" 100 ms after alice connected, but nothing came within 1.1 s.',
  })
})

test('a drip goes on until something comes', async () => {
  const body = async (server: Server) => {
    const alice = await server.connect('alice')
    await alice.drip('slowly', { every: 20, upTo: 5000 })
    await alice.expect('.')
    await alice.reset()
  }
  expect((await run('gives up on clients', body, '60000')).failure).toBeUndefined()
})

test('who gives up on a client that was in time fails, and who does so on one that was late is given another try', async () => {
  const steps = (every: (ms: number) => number) => async (server: Server) =>
    inTime(200, async (ms) => {
      const alice = await server.connect('alice')
      const step = async () => {
        await alice.send('x')
        await alice.expect('.')
      }
      await inSteps(alice, ms, [step, step, step, step, step], { every: every(ms) })
      await alice.reset()
    })()
  const inTimeAlways = steps(() => 50)
  // Twice later than the server's patience allows, and then in time.
  const lateAtFirst = steps((ms) => (ms < 800 ? 600 : 50))
  const right = ['400', 'refreshes']

  expect((await run('gives up on clients', inTimeAlways, ...right)).failure).toBeUndefined()
  expect((await run('gives up on clients', lateAtFirst, ...right)).failure).toBeUndefined()
  const { failure } = await run('gives up on clients', inTimeAlways, '120')
  expect(failure).toMatchObject({ code: 'wrong-bytes', peer: 'alice' })
})

test('a client that was late and noticed it only some steps later is given another try', async () => {
  const body = async (server: Server) =>
    inTime(200, async (ms) => {
      const alice = await server.connect('alice')
      const send = () => alice.send('x')
      const sendLate = async () => {
        await new Promise((resolve) => setTimeout(resolve, ms < 800 ? 600 : 50))
        await send()
      }
      await inSteps(alice, ms, [send, sendLate, send, send, () => alice.expect('....')], { every: 50 })
      await alice.reset()
    })()

  expect((await run('gives up on clients', body, '400', 'refreshes')).failure).toBeUndefined()
})

test('a hang-up that a pause of ours may have caused does not count', async () => {
  const blockFor = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
  const body = async (server: Server) =>
    inTime(200, async (ms) => {
      const alice = await server.connect('alice')
      const busy = ms < 800
      if (busy) setTimeout(blockFor, 50, 600)
      await alice.expectHangUp('x', { every: 20, within: ms, silence: 300 })
    })()

  expect((await run('hangs up', body, '300')).failure).toMatchObject({ code: 'not-ended', peer: 'alice' })
})

test('a flood tells which client was served otherwise', async () => {
  const few = await run('is busy for all but one', (server) => flood(server, 99, 'busy'))
  expect(few.failure).toBeUndefined()
  const many = await run('is busy for all but one', (server) => flood(server, 200, 'busy'))
  expect(many.failure?.message).toMatch(
    /^The server should send "busy\\n" and FIN to each of 200 more clients, but number \d+ got "what\?\\n"\.$/,
  )
})

test('gives a program a folder, and takes it away with the test', async () => {
  let path = ''
  const { failure } = await run('echoes', async () => {
    const folder = makeFolder({ 'a/b.txt': 'text', bytes: Buffer.of(0, 255), big: { zeros: 2 ** 30 } })
    path = folder.path
    folder.write('a/link', { link: 'b.txt' })
    folder.write('bytes', 'other')

    expect(readFileSync(`${path}/a/link`, 'utf8')).toBe('text')
    expect(readFileSync(`${path}/bytes`, 'utf8')).toBe('other')
    expect(lstatSync(`${path}/big`).size).toBe(2 ** 30)
    folder.remove('a')
    expect(existsSync(`${path}/a`)).toBe(false)
  })

  expect(failure).toBeUndefined()
  expect(existsSync(path)).toBe(false)
})

test('fails what is left without a run once a test has failed and the time for all of them is over', async () => {
  const launch = serverLaunch('echoes')
  const check = await openCheck({ launch, seed: 1, subject: 'server', scale: 1, budgetMs: 0 })
  const outcomes = []
  for (const failed of [false, true, false]) {
    outcomes.push(check.beginTest(`a test after ${outcomes.length}`))
    if (outcomes.at(-1) === undefined) await hello(await startServer())
    await check.endTest()
    check.takeRecord(failed)
  }
  await closeCheck()

  expect(outcomes.slice(0, 2)).toEqual([undefined, undefined])
  expect(await outcomes[2]?.catch(failureOf)).toMatchObject({
    code: 'no-time',
    message: expect.stringMatching(/should have time left for this test, but those before it took/),
  })
})
