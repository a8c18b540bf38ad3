import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { recordVerdict } from '../progress/progress.ts'
import { failing, verdictOn } from '../testing/samples.ts'
import { wire } from './wire.ts'

const { log } = console
let root: string
let said: string[]

beforeEach(() => {
  said = []
  console.log = (text: string) => said.push(text)
  root = mkdtempSync(join(tmpdir(), 'accept-loop-'))
  const folder = join(root, 'exercises', '03-echo')
  mkdirSync(join(folder, '.hidden'), { recursive: true })
  writeFileSync(join(folder, 'README.md'), '# 03 Echo: read, write\n\n> Part 1: The dance\n')
})

afterEach(() => {
  console.log = log
  rmSync(root, { recursive: true, force: true })
})

test('writes the last check as a page', async () => {
  recordVerdict(root, verdictOn(failing))

  expect(await wire(root, '03', {})).toBe(0)

  expect(said).toEqual(['.workshop/wire/03-echo.html'])
  const page = readFileSync(join(root, said[0] ?? ''), 'utf8')
  expect(page).toContain('<h1>03 Echo: read, write</h1>')
  expect(page).toContain('Fails 1 of 1 test<')
  expect(page).toMatch(/<dt>Checked<\/dt><dd>\d+ \w+ \d{4} at \d\d:\d\d<\/dd>/)
})

test('says what to do first where nothing has been checked', async () => {
  await expect(wire(root, 'echo', {})).rejects.toThrow('Check it first: npm run check 03')
})
