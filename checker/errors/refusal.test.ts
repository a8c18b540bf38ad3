import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { diskProblem, refusalOf } from './refusal.ts'

function thrownBy(act: () => void): unknown {
  try {
    act()
  } catch (error) {
    return error
  }
  return undefined
}

test('a file that cannot be written is named, with why and what to do', () => {
  const error = thrownBy(() => writeFileSync('/dev/null/wire.html', ''))

  expect(refusalOf(error)).toBe(
    '/dev/null/wire.html cannot exist: a part of its path is a file (ENOTDIR). npm run doctor tells you what the course needs.',
  )
})

test('a disk that is full is told where no file is named, too', () => {
  const error = Object.assign(new Error('ENOSPC: no space left on device, write'), {
    code: 'ENOSPC',
    syscall: 'write',
  })

  expect(refusalOf(error)).toMatch(/^A file does not fit: the disk is full \(ENOSPC\)/)
  expect(diskProblem(error)).toBe('A file does not fit: the disk is full (ENOSPC)')
})

test('whatever a disk says is a sentence; what sockets and processes say is not', () => {
  const folder = mkdtempSync(join(tmpdir(), 'refusal-'))
  const file = join(folder, 'file')
  const other = join(folder, 'other')
  writeFileSync(file, '')
  mkdirSync(other)

  expect(diskProblem(thrownBy(() => renameSync(file, other)))).toBe(
    `${other} is a folder, where a file should be (EISDIR)`,
  )
  expect(diskProblem(thrownBy(() => writeFileSync(join(folder, 'x'.repeat(300)), '')))).toContain('too long')
  expect(diskProblem({ code: 'EIO', syscall: 'fsync' })).toBe(
    'A file cannot be read or written: the disk has a fault (EIO)',
  )
  expect(diskProblem({ code: 'EXDEV', syscall: 'rename', path: '/a', dest: '/b' })).toBe(
    '/b cannot be written or read (rename) (EXDEV)',
  )
  expect(diskProblem({ code: 'ECONNREFUSED', syscall: 'connect' })).toBeUndefined()
  expect(diskProblem({ code: 'EAGAIN', syscall: 'spawn' })).toBeUndefined()
  rmSync(folder, { recursive: true })
})

test('another error is not explained away', () => {
  expect(refusalOf(new TypeError('x is not a function'))).toBeUndefined()
  expect(refusalOf(thrownBy(() => writeFileSync('/nowhere/at/all', '')))).toBeUndefined()
})
