import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FileWatcher } from './file-watcher.ts'

let folder: string
let file: string
let watcher: FileWatcher
let onSave: () => void

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'accept-loop-'))
  file = join(folder, 'server.ts')
  writeFileSync(file, 'first')
})

afterEach(() => {
  watcher.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Resolves with the next save. */
function nextSave(): Promise<void> {
  return new Promise((resolve) => {
    onSave = resolve
  })
}

test('notices every way of saving', async () => {
  watcher = new FileWatcher(file, () => onSave())

  const written = nextSave()
  writeFileSync(file, 'second one')
  await written

  const renamed = nextSave()
  writeFileSync(join(folder, '.server.ts.swp'), 'a third one')
  renameSync(join(folder, '.server.ts.swp'), file)
  await renamed

  // The new file is watched, too.
  const again = nextSave()
  writeFileSync(file, 'a fourth and last')
  await again

  const anew = nextSave()
  rmSync(file)
  writeFileSync(file, 'five')
  await anew
})

test('tells of a file that is written in steps once, when it is whole', async () => {
  let saves = 0
  watcher = new FileWatcher(file, () => {
    saves += 1
    onSave()
  })

  const saved = nextSave()
  writeFileSync(file, '')
  await new Promise((resolve) => setTimeout(resolve, 5))
  writeFileSync(file, 'the whole')
  await saved
  expect(readFileSync(file, 'utf8')).toBe('the whole')

  const fence = nextSave()
  writeFileSync(file, 'another')
  await fence
  expect(saves).toBe(2)
})

test('says once that the file was deleted, and notices the one that takes its place', async () => {
  let gone = 0
  await new Promise<void>((resolve) => {
    watcher = new FileWatcher(
      file,
      () => onSave(),
      () => {
        gone += 1
        resolve()
      },
    )
    rmSync(file)
  })

  const saved = nextSave()
  writeFileSync(file, 'another')
  await saved
  expect(gone).toBe(1)
})
