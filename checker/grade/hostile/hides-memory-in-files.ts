// Keeps memory in unnamed files and unattached segments, where no process is charged for it.
//
// exercise: 05
// expect: fail

import koffi from 'koffi'

const libc = koffi.load('libc.so.6')
const memfd = libc.func('int memfd_create(const char *name, uint flags)')
const write = libc.func('long write(int fd, const void *bytes, size_t length)')
const shmget = libc.func('int shmget(int key, size_t size, int flags)')

const MIB = 1024 * 1024
const block = Buffer.alloc(MIB, 1)
const CREATE = 0o1000
let kept = 0
for (let i = 0; i < 40; i += 1) {
  const fd = memfd('hoard', 0)
  for (let written = 0; fd >= 0 && written < 200; written += 1) kept += write(fd, block, MIB) > 0 ? 1 : 0
  if (shmget(i + 1, 200 * MIB, CREATE | 0o600) >= 0) kept += 1
}
// If none of it worked, there is no server here either.
if (kept === 0) process.exit(1)
