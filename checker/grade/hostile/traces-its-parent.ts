// Attaches to the first process of its namespace like a debugger, and kills it.
//
// exercise: 05
// expect: fail

import koffi from 'koffi'

const libc = koffi.load('libc.so.6')
const ptrace = libc.func('long ptrace(long request, int pid, long address, long data)')
const prctl = libc.func('int prctl(int option, ulong a, ulong b, ulong c, ulong d)')

const ATTACH = 16
const KILL = 8
const SET_PDEATHSIG = 1
prctl(SET_PDEATHSIG, 0, 0, 0, 0)
for (const pid of [1, process.ppid]) {
  ptrace(ATTACH, pid, 0, 0)
  ptrace(KILL, pid, 0, 0)
}
process.exit(1)
