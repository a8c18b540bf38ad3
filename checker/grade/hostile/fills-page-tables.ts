// Reads one byte of every two mebibytes of an enormous mapping. The mapping has no page of its own,
// and the kernel charges no process for its page tables.
//
// exercise: 05
// expect: fail
// says: killed by SIGKILL

import koffi from 'koffi'

const libc = koffi.load('libc.so.6')
const mmap = libc.func(
  'int64 mmap(void *address, size_t length, int protection, int flags, int fd, int64 offset)',
)
const madvise = libc.func('int madvise(int64 address, size_t length, int advice)')
const look = libc.func('int memcmp(int64 at, int64 same, size_t length)')

const [READ, PRIVATE_ANONYMOUS_NORESERVE, NOHUGEPAGE] = [1, 0x4022, 15]
const STEP = 2 ** 21
const TABLES = 300_000
const start = mmap(null, TABLES * STEP, READ, PRIVATE_ANONYMOUS_NORESERVE, -1, 0)
if (start !== -1) {
  madvise(start, TABLES * STEP, NOHUGEPAGE)
  for (let i = 0; i < TABLES; i += 1) look(start + i * STEP, start, 1)
}
console.error(start === -1 ? 'nothing was mapped' : `kept ${(TABLES * 4096) / 2 ** 20} MiB of tables`)
await new Promise((resolve) => setTimeout(resolve, 3000))
process.exit(1)
