import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { execa } from 'execa'
import { findExercise, readHeading } from '../course/course.ts'
import type { Verdict } from '../judge/verdict.ts'
import { Chromium, chromiumName } from '../testing/chromium.ts'
import { wirePage } from './wire.ts'

/**
 * The picture of the wire page in the README. `UPDATE_PICTURE=1 npm run unit --
 * checker/pages/picture` takes it again, from a check of a mistake.
 */
const root = resolve(import.meta.dirname, '../..')
const picture = join(import.meta.dirname, 'wire.png')
const MISTAKE = 'decodes-to-a-string'
const SIZE = { width: 880, height: 1180 }
const MAX_BYTES = 150_000

if (process.env.UPDATE_PICTURE === '1') {
  test('takes the picture of a failure on the wire page', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'accept-loop-'))
    const page = join(folder, 'wire.html')
    writeFileSync(page, wirePage(await checkMistake(), { title: heading(), subject: 'server' }))
    const browser = await Chromium.start(chromiumName ?? 'chromium')
    try {
      await browser.send('Emulation.setScrollbarsHidden', { hidden: true })
      await browser.open(page, SIZE)
      const clip = { x: 0, y: 0, ...SIZE, scale: 1 }
      const { data } = await browser.send('Page.captureScreenshot', { clip, captureBeyondViewport: true })
      writeFileSync(picture, Buffer.from(`${data}`, 'base64'))
    } finally {
      await browser.stop()
      rmSync(folder, { recursive: true })
    }
  })
}

test('is a small picture that the readme shows', () => {
  const bytes = readFileSync(picture)

  expect(bytes.subarray(1, 4).toString()).toBe('PNG')
  expect(bytes.length).toBeLessThan(MAX_BYTES)
  expect(readFileSync(join(root, 'README.md'), 'utf8')).toContain('(checker/pages/wire.png)')
})

async function checkMistake(): Promise<Verdict> {
  const args = ['checker/start.js', 'check', '03', '--json', '--seed', '1', '--mistake', MISTAKE]
  const { stdout } = await execa(process.execPath, args, { cwd: root, reject: false })
  return JSON.parse(stdout) as Verdict
}

function heading(): string {
  const exercise = findExercise(root, '03')
  if ('near' in exercise) throw new Error('there is no exercise 03')
  return readHeading(exercise).title
}
