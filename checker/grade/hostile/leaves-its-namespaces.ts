// Creates its own namespaces, in which it is root, mounts the machine's disks there and looks
// around.
//
// exercise: 05
// expect: fail

import { existsSync } from 'node:fs'
import koffi from 'koffi'

const libc = koffi.load('libc.so.6')
const unshare = libc.func('int unshare(int flags)')
const mount = libc.func(
  'int mount(const char *source, const char *target, const char *type, ulong flags, const char *data)',
)
const chroot = libc.func('int chroot(const char *path)')
const setuid = libc.func('int setuid(uint id)')

const NEWUSER = 0x10000000
const NEWNS = 0x00020000
const REC_PRIVATE = 0x44000
const results = [
  unshare(NEWUSER | NEWNS),
  setuid(0),
  mount('none', '/', '', REC_PRIVATE, ''),
  mount('tmpfs', '/usr', 'tmpfs', 0, ''),
  chroot('/proc/1/root'),
]
if (results.includes(0) && existsSync('/etc/shadow')) process.exit(0)
process.exit(1)
