import { claimPort } from '../program/ports.ts'
import { serverLaunch } from '../testing/servers.ts'
import { startServer } from './index.ts'
import { meanwhile } from './meanwhile.ts'
import { closeCheck, openCheck, type RunningCheck } from './running-check.ts'
import type { TestRecord } from './scenario.ts'

let check: RunningCheck

beforeEach(() => open('echoes'))

afterEach(closeCheck)

async function open(name: string, ...args: string[]): Promise<void> {
  check = await openCheck({ launch: serverLaunch(name, args), seed: 1, subject: 'server', scale: 1 })
}

test('begins when a test has passed, with a scenario of its own, and is told at its turn', async () => {
  const { body, done } = early('bob')
  check.declareTest('waits', body)

  await turn('first', async () => {})
  const second = await turn('second', async () => {
    await Promise.all([greet('alice'), done])
  })
  const waits = await turn('waits', body)

  expect(peersOf(second)).toEqual(['alice'])
  expect(peersOf(waits)).toEqual(['bob'])
})

test('begins at its turn where a test has failed', async () => {
  const { body, begun } = early('bob')
  check.declareTest('waits', body)

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
  check.declareTest('waits', body)

  await turn('first', async () => {})

  await expect(turn('waits', body)).rejects.toMatchObject({ failure: { code: 'not-reset' } })
})

test('is ended with a check that is over before its turn', async () => {
  const { promise: ended, resolve } = gate()
  const waits = async () => {
    const bob = await (await startServer()).connect('bob')
    await bob.expectReset()
  }
  const body = meanwhile(() => waits().finally(resolve))
  check.declareTest('waits', body)

  await turn('first', async () => {})
  await closeCheck()

  await ended
})

test('once tests fail, those that follow run beside each other', async () => {
  let begun = false
  const { promise: third, resolve } = gate()
  const bodies = {
    second: async () => {
      begun = true
      await greet('bob', third)
    },
    third: () => greet('carol').then(resolve),
  }
  for (const [title, body] of Object.entries(bodies)) check.declareTest(title, body)

  for (let i = 0; i < 50 && !begun; i += 1) await turn('first', rest, true)

  expect(begun).toBe(true)
  expect(peersOf(await turn('second', bodies.second))).toEqual(['bob'])
  expect(peersOf(await turn('third', bodies.third))).toEqual(['carol'])
})

test('programs that stand in the way of each other are tested one by one', async () => {
  const { port, release } = await claimPort()
  await closeCheck()
  await open('also listens on', `${port}`)
  let begun = false
  check.declareTest('second', async () => {
    begun = true
  })

  for (let i = 0; i < 5; i += 1) await turn('first', rest, true).catch(() => check.takeRecord(true))

  expect(begun).toBe(false)
  release()
})

/** A test's turn, as Jest runs it. */
async function turn(title: string, body: () => Promise<void>, failed = false) {
  const outcome = check.beginTest(title)
  try {
    await (outcome ?? body())
  } finally {
    await check.endTest()
  }
  return check.takeRecord(failed)
}

function early(name: string) {
  let began = false
  const { promise: done, resolve } = gate()
  const body = meanwhile(async () => {
    began = true
    await greet(name)
    resolve()
  })
  return { body, done, begun: () => began }
}

function gate() {
  let resolve = () => {}
  const promise = new Promise<void>((open) => {
    resolve = open
  })
  return { promise, resolve }
}

async function rest(): Promise<void> {
  const server = await startServer()
  await server.untilIdle()
}

/** Connects to its own server and is greeted, once `then` has happened. */
async function greet(name: string, then?: Promise<void>): Promise<void> {
  const peer = await (await startServer()).connect(name)
  await then
  await peer.send('hello\n')
  await peer.expect('hello\n')
}

function peersOf({ conversation }: TestRecord): (string | undefined)[] {
  return [...new Set(conversation.map(({ peer }) => peer).filter(Boolean))]
}
