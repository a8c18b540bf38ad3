import { startServer } from './index.ts'
import { declareTest, meanwhile } from './meanwhile.ts'
import { beginTest, closeSetting, endTest, openSetting, takeRecord } from './setting.ts'

const ECHO = `const { HOST, PORT } = process.env
require('node:net').createServer((socket) => socket.on('error', () => {}).pipe(socket)).listen(+PORT, HOST)`

beforeEach(() => {
  const launch = { command: process.execPath, args: ['-e', ECHO], cwd: process.cwd(), tmp: '/tmp' }
  return openSetting({ launch, seed: 1, subject: 'server', scale: 1 })
})

afterEach(closeSetting)

test('begins when a test has passed, with a scenario of its own, and is told at its turn', async () => {
  const { body, done } = aside('bob')
  declareTest('waits', body)

  await turn('first', async () => {})
  const second = await turn('second', async () => {
    await Promise.all([greet('alice'), done])
  })
  const waits = await turn('waits', body)

  expect(peersOf(second)).toEqual(['alice'])
  expect(peersOf(waits)).toEqual(['bob'])
})

test('begins at its turn where a test has failed', async () => {
  const { body, begun } = aside('bob')
  declareTest('waits', body)

  await turn('first', async () => {}, true)
  expect(begun()).toBe(false)
  const waits = await turn('waits', body)

  expect(peersOf(waits)).toEqual(['bob'])
})

test('tells at its turn that it failed', async () => {
  const body = meanwhile(async () => {
    const bob = await (await startServer()).connect('bob')
    await bob.expectReset()
  })
  declareTest('waits', body)

  await turn('first', async () => {})

  await expect(turn('waits', body)).rejects.toMatchObject({ failure: { code: 'not-reset' } })
})

test('is ended with a check that is over before its turn', async () => {
  const body = meanwhile(async () => {
    const bob = await (await startServer()).connect('bob')
    await bob.expectReset()
  })
  declareTest('waits', body)

  await turn('first', async () => {})
  await closeSetting()

  await expect(body()).rejects.toBeDefined()
})

/** A test's turn, as Jest gives it. */
async function turn(title: string, body: () => Promise<void>, failed = false) {
  beginTest(title)
  try {
    await body()
  } finally {
    await endTest()
  }
  return takeRecord(failed)
}

function aside(name: string) {
  let began = false
  let tell = () => {}
  const done = new Promise<void>((resolve) => {
    tell = resolve
  })
  const body = meanwhile(async () => {
    began = true
    await greet(name)
    tell()
  })
  return { body, done, begun: () => began }
}

async function greet(name: string): Promise<void> {
  const peer = await (await startServer()).connect(name)
  await peer.send('hello\n')
  await peer.expect('hello\n')
}

function peersOf({ conversation }: ReturnType<typeof takeRecord>): (string | undefined)[] {
  return [...new Set(conversation.map(({ peer }) => peer).filter(Boolean))]
}
