import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Launch } from './launch.ts'
import { Program } from './program.ts'
import { Standbys } from './standbys.ts'

const MAIN = resolve(import.meta.dirname, '../dist/standby-main.js')

/** Prints what a program can tell of its own start, and the same of a child of its own and of a thread. */
const TELLS = `
import { fork } from 'node:child_process'
import { fstatSync } from 'node:fs'
import { isMainThread, Worker } from 'node:worker_threads'
const { argv, execArgv, env } = process
const isOpen = (fd) => { try { return fstatSync(fd).isSocket() } catch { return false } }
if (!isMainThread) console.log('a thread', execArgv)
else {
  const child = argv[2] === 'child'
  console.log(child ? 'a child' : 'the program', argv, execArgv, env.HOST, env.PORT, env.MORE, Object.keys(env).length)
  if (!child) {
    console.log('a fourth descriptor', isOpen(3), import.meta.url)
    fork(argv[1], ['child']).on('exit', () => new Worker(argv[1]))
  }
}`

let folder: string
let launch: Launch

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'accept-loop-'))
  const file = join(folder, 'server.mjs')
  launch = { command: process.execPath, args: ['--enable-source-maps', file], cwd: folder, tmp: folder }
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** What the file prints, started with these variables. */
async function said(from: Launch): Promise<string> {
  writeFileSync(join(folder, 'server.mjs'), TELLS)
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
