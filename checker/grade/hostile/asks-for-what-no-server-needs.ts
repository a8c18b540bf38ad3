// Asks for socket families that no server of the course needs, for io_uring, and for notifications
// of changed files: parts of the kernel with interfaces of their own, and with memory that no limit
// counts.
//
// exercise: 05
// expect: fail
// says: was given nothing

import koffi from 'koffi'

const libc = koffi.load('libc.so.6')
const socket = libc.func('int socket(int domain, int type, int protocol)')
const inotify = libc.func('int inotify_init1(int flags)')
const call = libc.func('long syscall(long number, ulong a, _Inout_ uint64 *b)')

const STREAM = 1
const FAMILIES = { AF_X25: 9, AF_PACKET: 17, AF_TIPC: 30, AF_ALG: 38, AF_VSOCK: 40, AF_XDP: 44, AF_SMC: 43 }
const IO_SETUP = process.arch === 'x64' ? 206 : 0
const given = Object.entries(FAMILIES)
  .filter(([, family]) => [STREAM, 2, 3, 5].some((type) => socket(family, type, 0) >= 0))
  .map(([name]) => name)
if (inotify(0) >= 0) given.push('inotify')
if (call(IO_SETUP, 64, new BigUint64Array(1)) === 0) given.push('io_setup')
console.error(`was given ${given.join(', ') || 'nothing'}`)
process.exit(1)
