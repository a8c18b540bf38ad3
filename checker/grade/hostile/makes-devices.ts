// Makes device files for the disk and the memory of the machine, and reads them.
//
// exercise: 05
// expect: fail

import { readFileSync } from 'node:fs'
import koffi from 'koffi'

const libc = koffi.load('libc.so.6')
const mknod = libc.func('int mknod(const char *path, uint mode, uint64 device)')

const BLOCK = 0o060666
const CHARACTER = 0o020666
mknod('/tmp/disk', BLOCK, (254 << 8) | 0)
mknod('/tmp/memory', CHARACTER, (1 << 8) | 1)
for (const path of ['/tmp/disk', '/tmp/memory', '/dev/mem', '/dev/vda', '/dev/sda']) {
  try {
    console.log(readFileSync(path).length)
  } catch {
    // Not there, or cannot be opened.
  }
}
