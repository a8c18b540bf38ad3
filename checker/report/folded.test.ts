import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Verdict } from '../judge/verdict.ts'
import { renderTests, renderVerdict } from './report.ts'

const folder = join(import.meta.dirname, 'golden')
const names = readdirSync(folder).filter((name) => name.endsWith('.json'))
/** The room that a terminal of 80 x 24 has beside the prompt. */
const VIEW = { width: 78, color: false, unicode: true, rows: 24 }
const about = { subject: 'server' as const }

function verdictOf(name: string): Verdict {
  return JSON.parse(readFileSync(join(folder, name), 'utf8')) as Verdict
}

test.each(names)('keeps the sentence of %s on the screen', (name) => {
  const screen = renderVerdict(verdictOf(name), about, VIEW)
    .split('\n')
    .slice(-(VIEW.rows - 1))

  expect(screen.join('\n')).toContain('  The server should ')
})

test('folds what passed, where something failed', () => {
  const { tests } = verdictOf('03-decodes-to-a-string.json')

  expect(renderTests(tests, VIEW).split('\n')).toHaveLength(5)
  expect(renderTests(tests, VIEW)).toContain('✓ 8 tests passed')
  const { rows: _, ...unfolded } = VIEW
  expect(renderTests(tests, unfolded).split('\n')).toHaveLength(tests.length)
})
