import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { transformSync } from 'esbuild'
import type { Job } from '../../judge/job.ts'
import type { TestResult, Verdict } from '../../judge/verdict.ts'
import { runCanary } from './canary.ts'

const folder = mkdtempSync(join(tmpdir(), 'canary-test-'))
const root = join(folder, 'course')
const out = join(folder, 'out')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A judge without walls: runs the program as it is, and returns what it printed. */
const openAir = {
  judge: async ({ program }: Job): Promise<Verdict> => {
    if (program.kind !== 'source') throw new Error('the canary is handed in as others are')
    const file = join(folder, 'canary.mjs')
    const text = Buffer.from(program.bytes, 'base64').toString()
    writeFileSync(file, transformSync(text, { loader: 'ts' }).code)
    const port = await freePort()
    const env = { PATH: process.env.PATH, HOST: '127.0.0.1', PORT: `${port}` }
    const child = spawn(process.execPath, [file], { env, stdio: 'ignore' })
    const said = await ask(port)
    child.kill('SIGKILL')
    return verdictOn(said)
  },
}

function verdictOn(said: string): Verdict {
  const verdict = said === 'nothing got out\n' ? 'pass' : 'fail'
  const test: TestResult = {
    title: 'stays inside',
    verdict,
    message: said,
    ms: 1,
    conversation: [],
    stdout: '',
    stderr: '',
  }
  return { version: 1, exercise: 'canary', verdict, seed: 1, ms: 1, tests: [test] }
}

async function freePort(): Promise<number> {
  const server = net.createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as net.AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Retries until the port is open, and reads to the end. */
function ask(port: number): Promise<string> {
  return new Promise((resolve) => {
    const dial = () => {
      let said = ''
      const socket = net.connect(port, '127.0.0.1')
      socket.setEncoding('utf8').on('data', (text: string) => {
        said += text
      })
      socket.on('error', () => setTimeout(dial, 20))
      socket.on('end', () => resolve(said))
    }
    dial()
  })
}

beforeAll(() => {
  cpSync(import.meta.dirname, join(root, 'checker', 'grade', 'canary'), { recursive: true })
  mkdirSync(join(root, 'exercises'), { recursive: true })
  mkdirSync(out)
})

test('a canary that nothing holds gets out, and leaves no trace of it', async () => {
  const problem = await runCanary(root, out, openAir)
  expect(problem).toMatch(/^it wrote .*canary-was-here/)
  expect([root, out].filter((path) => existsSync(join(path, 'canary-was-here')))).toEqual([])
})

test('a canary that may only look tells what it saw', async () => {
  const heard: string[] = []
  const listening = { judge: async (job: Job) => verdictOn(heard[heard.push(await saidBy(job)) - 1] ?? '') }
  await runCanary(root, out, listening)
  expect(heard[0]).toContain(`read ${out}`)
  expect(heard[0]).toContain('connected to 127.0.0.1')
  expect(heard[0]).toContain('sees processes that are not its own')
  expect(heard[0]).toContain(`may signal process ${process.pid}`)
  expect(heard[0]).toContain('found a shell')
})

async function saidBy(job: Job): Promise<string> {
  const { tests } = await openAir.judge(job)
  return tests[0]?.message ?? ''
}

test('a canary that stays inside is no problem', async () => {
  const held = { judge: async () => verdictOn('nothing got out\n') }
  expect(await runCanary(root, out, held)).toBeUndefined()
})
