import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeFolder } from './make-folder.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'accept-loop-'))
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('makes a folder and what is missing above it, and minds none that is there', () => {
  const path = join(folder, 'a/b/c')

  makeFolder(path)
  makeFolder(path)

  expect(statSync(path).isDirectory()).toBe(true)
})

test('a file in its place or above it is no folder', () => {
  writeFileSync(join(folder, 'file'), '')

  expect(() => makeFolder(join(folder, 'file'))).toThrow('EEXIST')
  expect(() => makeFolder(join(folder, 'file/a/b'))).toThrow('ENOTDIR')
})

const onLinux = process.platform === 'linux' ? test : test.skip
onLinux('comes back where the file system makes no folders', () => {
  expect(() => makeFolder('/proc/a/b')).toThrow('ENOENT')
})
