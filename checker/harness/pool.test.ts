import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { delay } from '../program/delay.ts'
import { claim, claimPort } from '../program/ports.ts'
import { serverLaunch } from '../testing/servers.ts'
import { Pool } from './pool.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'accept-loop-'))
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('a port is claimed by one at a time', async () => {
  const { port, release } = await claimPort()

  expect(await claim(port)).toBeUndefined()
  release()
  const again = await claim(port)

  expect(again).toBeDefined()
  again?.()
})

test('a port that no other can stand for is given away unclaimed', async () => {
  expect(await claim(60_000)).toBeDefined()
  expect(await claim(60_000)).toBeDefined()
})

test.each([undefined, '0.0.0.0'])('a port that was taken meanwhile is given up (HOST %s)', async (host) => {
  const said = join(folder, 'port')
  const launch = serverLaunch('dies once its port is taken', [], folder)
  const pool = new Pool(launch, 0, 10_000)

  const starting = pool.startAlone({ env: { SAID: said }, ...(host !== undefined && { host }) })
  while (!existsSync(said)) await delay(5)
  const thief = net.createServer().listen(Number(readFileSync(said, 'utf8')), '127.0.0.1')
  await once(thief, 'listening')
  const { program, readiness } = await starting

  expect(readiness.state).toBe('ready')
  expect(program.port).not.toBe((thief.address() as net.AddressInfo).port)
  thief.close()
  pool.end(program)
  await pool.close()
})

test.each([
  { tests: 1, starts: 1, which: 'was the only one is not started again' },
  { tests: 2, starts: 3, which: 'came up beside another is started again alone' },
])('a program that is gone at once and $which', async ({ tests, starts }) => {
  const launch = serverLaunch('notes its start', [], folder)
  const pool = new Pool(launch, tests, 10_000)

  await pool.prepare()
  while (countStarts() < tests) await delay(5)
  const { program, readiness } = await pool.take()

  expect(readiness.state).toBe('exited')
  pool.end(program)
  await pool.close()
  expect(countStarts()).toBe(starts)
})

test('more come up once it is known that they will be asked for', async () => {
  const launch = serverLaunch('notes its start', [], folder)
  const pool = new Pool(launch, 1, 10_000)

  await pool.prepare()
  while (countStarts() < 1) await delay(5)
  pool.expect(2)
  while (countStarts() < 2) await delay(5)

  await pool.close()
  expect(countStarts()).toBe(2)
})

/** How many recorded that they were started. */
function countStarts(): number {
  const notes = join(folder, 'starts')
  return existsSync(notes) ? readFileSync(notes, 'utf8').length : 0
}
