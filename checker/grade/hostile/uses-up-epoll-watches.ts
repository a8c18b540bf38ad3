// Uses up the epoll watches, and hides that it has any: the kernel limits them per user, whichever
// process holds them, and every event loop needs some.
//
// exercise: 05
// expect: fail
// says: killed by SIGKILL

import koffi from 'koffi'

const libc = koffi.load('libc.so.6')
const eventfd = libc.func('int eventfd(uint start, int flags)')
const epoll = libc.func('int epoll_create1(int flags)')
const control = libc.func('int epoll_ctl(int set, int operation, int fd, const uint8_t *event)')
const prctl = libc.func('int prctl(int option, ulong a, ulong b, ulong c, ulong d)')

const [EPOLL_CTL_ADD, PR_SET_DUMPABLE] = [1, 4]
prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
const event = Buffer.alloc(12)
const watched = Array.from({ length: 14_000 }, () => eventfd(0, 0))
let watches = 0
for (let set = epoll(0); set >= 0 && watches < 2_000_000; set = epoll(0)) {
  for (const fd of watched) if (control(set, EPOLL_CTL_ADD, fd, event) === 0) watches += 1
}
console.error(`had ${watches} watches`)
await new Promise((resolve) => setTimeout(resolve, 3000))
process.exit(1)
