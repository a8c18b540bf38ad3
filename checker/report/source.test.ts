import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { View } from '../terminal/view.ts'
import { renderCompileError } from './source.ts'

const VIEW: View = { width: 40, color: false, unicode: false }
const folder = mkdtempSync(join(tmpdir(), 'source-'))
const path = join(folder, 'server.ts')

afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What is shown for an error at the first `§` of a line. */
function shown(line: string): string[] {
  writeFileSync(path, line)
  const column = Buffer.byteLength(line.replace(/^\uFEFF/, '').split('§')[0] ?? '')
  const text = line.replace(/^\uFEFF/, '')
  return renderCompileError({ message: '', file: path, line: 1, column, text }, 'server.ts', VIEW).split('\n')
}

test.each(['const a = §', 'const ä = "日本" §', '\uFEFFlet a §', `${'const a = 1; '.repeat(9)}§ = 2`])(
  'the caret stands below what does not compile: %j',
  (line) => {
    const [, row = '', caret = ''] = shown(line)

    expect(row.indexOf('§')).toBe(caret.indexOf('^'))
    expect(row.length).toBeLessThanOrEqual(40)
  },
)

test('nothing of a line is obeyed by a terminal', () => {
  expect(shown('let \x1B[31m\x0E\u202E §')[1]).toBe('      1  let .[31m.. §')
})
