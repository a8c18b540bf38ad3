// Writes to address 0, as a buggy library might.
//
// exercise: 05
// expect: fail

import koffi from 'koffi'

const libc = koffi.load('libc.so.6')
libc.func('void *memset(void *address, int value, size_t length)')(null, 1, 8)
