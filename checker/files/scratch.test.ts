import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withScratch } from './scratch.ts'

const ESBUILD = join(import.meta.dirname, '../../node_modules/.bin/esbuild')
const below = mkdtempSync(join(tmpdir(), 'scratch-'))
const made = mkdtempSync(join(tmpdir(), 'scratch-made-'))

afterAll(() => {
  for (const folder of [below, made]) rmSync(folder, { recursive: true, force: true })
})

test('the folder is there for the work, and gone after it, also where the work throws', async () => {
  const seen = await withScratch(below, 'mine-', async (folder) => {
    mkdirSync(join(folder, 'deep'))
    return folder
  })
  const thrown = withScratch(below, 'mine-', () => Promise.reject(new Error('broken')))

  await expect(thrown).rejects.toThrow('broken')
  expect([existsSync(seen), readdirSync(below)]).toEqual([false, []])
})

test('Ctrl-C removes it, and one inside another', async () => {
  const compiled = join(made, 'scratch.mjs')
  execFileSync(ESBUILD, [
    join(import.meta.dirname, 'scratch.ts'),
    `--outfile=${compiled}`,
    '--log-level=error',
  ])
  const script = `
    import { withScratch } from ${JSON.stringify(compiled)}
    setInterval(() => {}, 1000)
    const [, below] = process.argv
    await withScratch(below, 'outer-', () => withScratch(below, 'inner-', () => {
      console.log('ready')
      return new Promise(() => {})
    }))`
  const child = spawn(process.execPath, [...['--input-type=module', '-e', script, below]])
  await new Promise((resolve) => child.stdout.once('data', resolve))
  const code = new Promise((resolve) => child.once('exit', resolve))

  child.kill('SIGINT')

  expect(await code).toBe(130)
  expect(readdirSync(below)).toEqual([])
})
