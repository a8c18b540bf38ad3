// Raises its own limits, and then takes shared memory, which the limit on data does not count.
//
// exercise: 05
// expect: fail

import koffi from 'koffi'

const libc = koffi.load('libc.so.6')
koffi.struct('rlimit', { soft: 'uint64', hard: 'uint64' })
const setrlimit = libc.func('int setrlimit(int resource, rlimit *limit)')
const mmap = libc.func(
  'void *mmap(void *address, size_t length, int protection, int flags, int fd, int64 offset)',
)
const fill = libc.func('void *memset(void *address, int value, size_t length)')

const NO_LIMIT = 0xffffffffffffffffn
for (let resource = 0; resource < 16; resource += 1) setrlimit(resource, { soft: NO_LIMIT, hard: NO_LIMIT })
const MIB = 1024 * 1024
const [READ, WRITE, SHARED, ANONYMOUS] = [1, 2, 1, 0x20]
for (let i = 0; i < 64; i += 1) {
  const address = mmap(null, 200 * MIB, READ | WRITE, SHARED | ANONYMOUS, -1, 0)
  fill(address, 1, 200 * MIB)
}
