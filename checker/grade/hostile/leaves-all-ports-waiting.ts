// Leaves every port that the kernel gives to clients in TIME_WAIT, where it stays for a minute: the
// next program judged on this loopback would get none.
//
// exercise: 05
// expect: fail
// says: left

import { readFileSync } from 'node:fs'
import koffi from 'koffi'

const libc = koffi.load('libc.so.6')
const socket = libc.func('int socket(int domain, int type, int protocol)')
const bind = libc.func('int bind(int fd, const uint8_t *address, uint length)')
const connect = libc.func('int connect(int fd, const uint8_t *address, uint length)')
const listen = libc.func('int listen(int fd, int backlog)')
const accept = libc.func('int accept(int fd, void *address, void *length)')
const close = libc.func('int close(int fd)')

const [AF_INET, SOCK_STREAM, PORT_RANGE] = [2, 1, '/proc/sys/net/ipv4/ip_local_port_range']
const at = (host: string, port: number) =>
  Buffer.from([AF_INET, 0, port >> 8, port & 255, ...host.split('.').map(Number), 0, 0, 0, 0, 0, 0, 0, 0])

const listening = socket(AF_INET, SOCK_STREAM, 0)
const far = at('127.0.0.5', 65_000)
// One run of this program is enough, even one that is left over from before.
if (bind(listening, far, far.length) !== 0) {
  console.error('left it to another')
  process.exit(1)
}
listen(listening, 128)
const [first = 0, last = 0] = readFileSync(PORT_RANGE, 'utf8').trim().split(/\s+/).map(Number)
for (let port = first; port <= last; port += 1) {
  const near = socket(AF_INET, SOCK_STREAM, 0)
  const isConnected =
    bind(near, at('127.0.0.1', port), far.length) === 0 && connect(near, far, far.length) === 0
  const accepted = isConnected ? accept(listening, null, null) : -1
  close(near)
  if (accepted >= 0) close(accepted)
}
console.error(`left ${/tw (\d+)/.exec(readFileSync('/proc/net/sockstat', 'utf8'))?.[1]} in TIME_WAIT`)
process.exit(1)
