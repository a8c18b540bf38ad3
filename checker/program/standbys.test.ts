import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { serverFile } from '../testing/servers.ts'
import type { Launch } from './launch.ts'
import { Program } from './program.ts'
import { Standbys } from './standbys.ts'

const MAIN = resolve(import.meta.dirname, '../dist/standby-main.js')

let folder: string
let launch: Launch

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'accept-loop-'))
  const file = join(folder, 'server.mjs')
  launch = { command: process.execPath, args: ['--enable-source-maps', file], cwd: folder, tmp: folder }
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** What the file prints when started with these variables. */
async function said(from: Launch): Promise<string> {
  copyFileSync(serverFile('tells how it was started'), join(folder, 'server.mjs'))
  const program = new Program(from, { host: '127.0.0.1', port: 4000 }, { MORE: 'is there' })
  await program.exited
  await program.stop()
  return program.printed('stdout') + program.printed('stderr')
}

test('a program that stood by cannot tell', async () => {
  const standbys = new Standbys(launch, MAIN, 1)
  await standbys.fill()

  const plain = await said(launch)

  expect(plain).toContain('a thread')
  expect(await said({ ...launch, standbys })).toBe(plain)
  expect(standbys.taken).toBe(1)
})

test('one that never came up is passed over', async () => {
  const standbys = new Standbys({ ...launch, command: join(folder, 'no-node') }, MAIN, 1)
  await standbys.fill()

  expect(await said({ ...launch, standbys })).toContain('the program')
})

test('those that nobody asked for leave when told that nobody will', async () => {
  const standbys = new Standbys(launch, MAIN, 3)
  await standbys.fill()

  await standbys.close()

  expect(standbys.take({})).toBeUndefined()
})

test('stands by for its own launch only', () => {
  const standbys = new Standbys(launch, MAIN, 0)

  expect(standbys.areOf(launch)).toBe(true)
  expect(standbys.areOf({ ...launch, cwd: '/' })).toBe(false)
  expect(standbys.areOf({ ...launch, args: ['-e', '0'] })).toBe(false)
})
