import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeCertificate } from '../commands/certificate.ts'
import type { Verdict } from '../judge/verdict.ts'
import { recordVerdict } from '../progress/progress.ts'
import { passing, verdictOn } from '../testing/samples.ts'

let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'accept-loop-'))
  lesson('01-listen', '# 01 Listen: a process that waits\n\n> Part 1: The dance\n')
  lesson('06-lines', '# 06 Lines: <where> does it end?\n\n> Part 2: Bytes, not messages\n')
})

afterEach(() => rmSync(root, { recursive: true, force: true }))

function lesson(name: string, text: string): void {
  mkdirSync(join(root, 'exercises', name, '.hidden'), { recursive: true })
  writeFileSync(join(root, 'exercises', name, 'README.md'), text)
}

const verdictFor = (exercise: string): Verdict => ({ ...verdictOn(passing), exercise })

test('names every exercise by its part, with its attempts up to the first pass', () => {
  const verdicts = ['01-listen', '06-lines'].map(verdictFor)
  const failed: Verdict = { ...verdictFor('06-lines'), verdict: 'fail' }
  for (const verdict of [failed, ...verdicts, verdictFor('06-lines')]) recordVerdict(root, verdict)

  const page = readFileSync(writeCertificate(root, verdicts, { now: new Date(2026, 4, 1) }), 'utf8')

  expect(page).toContain('2 servers, from the socket up')
  expect(page).toContain('passed on <b>1 May 2026</b>')
  expect(page).toContain('<caption>Part 2: Bytes, not messages</caption>')
  expect(page).toContain('Lines: &lt;where&gt; does it end?')
  expect(page).toMatch(/<td class="attempts">1<\/td>.*<td class="attempts">2<\/td>/s)
  expect(page).toContain('3 attempts in all')
})

test('needs no script and nothing from outside', () => {
  const page = readFileSync(writeCertificate(root, ['01-listen', '06-lines'].map(verdictFor)), 'utf8')

  expect(page).not.toMatch(/script|unsafe|https?:|\ssrc=|\sstyle=/)
})

test('is not written before everything has passed', () => {
  const failed: Verdict = { ...verdictFor('06-lines'), verdict: 'fail' }

  expect(() => writeCertificate(root, [verdictFor('01-listen'), failed])).toThrow(
    'There is no certificate yet: 06-lines did not pass.',
  )
  expect(() => writeCertificate(root, [])).toThrow('01-listen, 06-lines did not pass')
})
