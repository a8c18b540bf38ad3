import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Job } from '../judge/job.ts'
import type { Outcome, Verdict } from '../judge/verdict.ts'
import { readProgress } from '../progress/progress.ts'
import { certificate } from './certificate.ts'
import { next } from './next.ts'

const { log } = console
let root: string
let said: string

beforeEach(() => {
  said = ''
  console.log = (text: string) => {
    said += `${text}\n`
  }
  root = mkdtempSync(join(tmpdir(), 'accept-loop-'))
  for (const name of ['01-listen', '02-accept']) {
    const folder = join(root, 'exercises', name)
    mkdirSync(join(folder, '.hidden'), { recursive: true })
    writeFileSync(join(folder, 'server.ts'), 'mine\n')
    writeFileSync(join(folder, '.hidden', 'server.ts.txt'), '// TODO\n')
  }
})

afterEach(() => {
  console.log = log
  rmSync(root, { recursive: true, force: true })
})

const page = () => join(root, '.workshop/certificate.html')

/** A judge whose verdicts are given in advance. */
function judging(outcomes: Partial<Record<string, Outcome>>) {
  return () => ({
    async judge({ exercise, seed }: Job): Promise<Verdict> {
      const verdict = outcomes[exercise] ?? 'pass'
      const test = { title: 'answers', verdict, ms: 1, conversation: [], stdout: '', stderr: '' }
      const message = verdict === 'error' ? { message: 'no port was free' } : {}
      return { version: 1, exercise, verdict, seed, ms: 1, tests: [test], ...message }
    },
    stop: async () => {},
  })
}

test('writes the page where everything passes, with the name', async () => {
  expect(await certificate(root, { name: ' Ada\x1b[2J\n <Lovelace> ' }, judging({}))).toBe(0)

  expect(readFileSync(page(), 'utf8')).toContain('<b>Ada [2J &lt;Lovelace&gt;</b>')
  expect(said).toContain('.workshop/certificate.html')
})

test('counts a check that tells something, not one that repeats a pass', async () => {
  await certificate(root, {}, judging({}))
  await certificate(root, {}, judging({}))

  expect(readProgress(root, '01-listen')).toMatchObject({ attempts: 1, verdict: 'pass' })
})

test('refuses with what does not pass now', async () => {
  await certificate(root, {}, judging({}))
  rmSync(page())

  expect(await certificate(root, {}, judging({ '02-accept': 'fail' }))).toBe(1)

  expect(said).toContain('1 exercise does not pass now.\n  02-accept fails: the server answers\n')
  expect(said).toContain('npm run check 02')
  expect(existsSync(page())).toBe(false)
  expect(readProgress(root, '02-accept').failing).toBe('answers')
})

test('names stubs and files that are gone without judging them', async () => {
  writeFileSync(join(root, 'exercises/01-listen/server.ts'), '// TODO\n')
  rmSync(join(root, 'exercises/02-accept/server.ts'))

  expect(await certificate(root, {}, judging({}))).toBe(1)

  expect(said).toContain('  01-listen is still the stub\n  02-accept has no server.ts\n')
})

test('does not blame a learner for what could not be judged', async () => {
  expect(await certificate(root, {}, judging({ '02-accept': 'error' }))).toBe(3)

  expect(said).toContain('02-accept could not be judged: no port was free')
})

test('refuses a name that fits on no line', async () => {
  await expect(certificate(root, { name: 'x'.repeat(61) }, judging({}))).rejects.toThrow('longer than 60')
})

test('next leads to the certificate at the end', async () => {
  await certificate(root, {}, judging({}))

  next(root)

  expect(said).toContain('npm run certificate checks them all')
})
