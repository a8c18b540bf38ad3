// Fills the buffers of socket pairs that nothing reads: kernel memory that is charged to no
// process.
//
// exercise: 05
// expect: fail
// says: killed by SIGKILL

import { writeSync } from 'node:fs'
import koffi from 'koffi'

const libc = koffi.load('libc.so.6')
const socketpair = libc.func('int socketpair(int domain, int type, int protocol, _Out_ int *pair)')
const fcntl = libc.func('int fcntl(int fd, int command, long argument)')

const [AF_UNIX, SOCK_STREAM, F_SETFL, O_NONBLOCK] = [1, 1, 4, 0o4000]
const block = Buffer.alloc(32_768)
const pair = new Int32Array(2)
let bytes = 0
for (let i = 0; i < 4000 && socketpair(AF_UNIX, SOCK_STREAM, 0, pair) === 0; i += 1) {
  for (const fd of pair) {
    fcntl(fd, F_SETFL, O_NONBLOCK)
    try {
      for (;;) bytes += writeSync(fd, block)
    } catch {
      // It is full.
    }
  }
}
console.error(`kept ${bytes / 2 ** 20} MiB`)
await new Promise((resolve) => setTimeout(resolve, 3000))
process.exit(1)
