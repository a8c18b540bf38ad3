import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { delay } from '../program/delay.ts'
import { claim, claimPort } from '../program/ports.ts'
import { Pool } from './pool.ts'

/** Says which port it was given and dies once somebody else listens there; from the second start on it listens itself. */
const LATE = `
const { existsSync, renameSync, writeFileSync } = require('node:fs')
const net = require('node:net')
const { HOST, PORT, SAID } = process.env
const dieWhenTaken = () => net.connect(PORT, HOST, () => process.exit(1)).on('error', dieWhenTaken)
if (existsSync(SAID)) net.createServer().listen(PORT, HOST)
else {
  writeFileSync(SAID + '.part', PORT)
  renameSync(SAID + '.part', SAID)
  dieWhenTaken()
}`

/** Notes that it was started, and exits. */
const GONE = `require('node:fs').appendFileSync(process.env.TMPDIR + '/starts', 'x')`

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
  const launch = { command: process.execPath, args: ['-e', LATE], cwd: folder, tmp: folder }
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
  const launch = { command: process.execPath, args: ['-e', GONE], cwd: folder, tmp: folder }
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
  const launch = { command: process.execPath, args: ['-e', GONE], cwd: folder, tmp: folder }
  const pool = new Pool(launch, 1, 10_000)

  await pool.prepare()
  while (countStarts() < 1) await delay(5)
  pool.expect(2)
  while (countStarts() < 2) await delay(5)

  await pool.close()
  expect(countStarts()).toBe(2)
})

/** How many have noted that they were started. */
function countStarts(): number {
  const notes = join(folder, 'starts')
  return existsSync(notes) ? readFileSync(notes, 'utf8').length : 0
}
