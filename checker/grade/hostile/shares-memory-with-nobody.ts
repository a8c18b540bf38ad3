// Keeps memory that it has let go of: anonymous shared pages stay when their mapping is emptied,
// and no process is charged for them.
//
// exercise: 05
// expect: fail
// says: kept 0 MiB

import { closeSync, openSync } from 'node:fs'
import koffi from 'koffi'

const libc = koffi.load('libc.so.6')
const mmap = libc.func(
  'int64 mmap(void *address, size_t length, int protection, int flags, int fd, int64 offset)',
)
const madvise = libc.func('int madvise(int64 address, size_t length, int advice)')
const memset = libc.func('void *memset(int64 address, int value, size_t length)')

const MIB = 2 ** 20
const BLOCK = 64 * MIB
const [READ_WRITE, SHARED, ANONYMOUS, DONTNEED] = [3, 0x01, 0x20, 4]

function keep(flags: number, fd: number): number {
  let kept = 0
  while (kept < 2048 * MIB) {
    const block = mmap(null, BLOCK, READ_WRITE, flags, fd, 0)
    if (block === -1) break
    memset(block, 1, BLOCK)
    madvise(block, BLOCK, DONTNEED)
    kept += BLOCK
  }
  return kept / MIB
}

function keepOf(path: string): number {
  try {
    const fd = openSync(path, 'r+')
    const kept = keep(SHARED, fd)
    closeSync(fd)
    return kept
  } catch {
    return 0
  }
}

console.error(`kept ${keep(SHARED | ANONYMOUS, -1) + keepOf('/dev/zero')} MiB`)
process.exit(1)
