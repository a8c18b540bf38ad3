// The C library's own socket calls, for Linux and macOS: nothing is added but types, and an Error
// where C returns -1. Every call blocks: while it waits, no other JavaScript runs in this process.

import { endianness } from 'node:os'
import { getSystemErrorMap } from 'node:util'
import koffi from 'koffi'

if (process.platform !== 'linux' && process.platform !== 'darwin') {
  throw new Error(
    `This exercise calls libc as Linux and macOS have it; this is ${process.platform}. ` +
      'On Windows it runs inside WSL, which is a Linux.',
  )
}

const MACOS = process.platform === 'darwin'

/** The IPv4 address family. */
export const AF_INET = 2
/** The style of socket that is an ordered stream of bytes; with AF_INET, that is TCP. */
export const SOCK_STREAM = 1
/** Where setsockopt() finds the options that every socket has, whatever its protocol. */
export const SOL_SOCKET = MACOS ? 0xffff : 1
/** Lets bind() take an address on which connections of an earlier process still linger. */
export const SO_REUSEADDR = MACOS ? 4 : 2

/** Where a socket is: C's `struct sockaddr_in`. Port and address are in network byte order. */
export type SockaddrIn = {
  /** AF_INET. */
  sin_family: number
  /** From htons(). */
  sin_port: number
  /** From inet_addr(). */
  sin_addr: number
}

/** A call that returned -1: `call` is its name (bind), `code` its errno's name (EADDRINUSE). */
export class LibcError extends Error {
  readonly call: string
  readonly code: string

  constructor(call: string, errno: number) {
    const [code, meaning] = getSystemErrorMap().get(-errno) ?? [`errno ${errno}`, 'unknown error']
    super(`${call}: ${code}, ${meaning}`)
    this.name = 'LibcError'
    this.call = call
    this.code = code
  }
}

/**
 * Makes a socket and returns its descriptor. A protocol of 0 is the usual one for the family and
 * the style. C: `int socket(int family, int style, int protocol)`
 */
export function socket(family: number, style: number, protocol: number): number {
  return orThrow('socket', libc.socket(family, style, protocol))
}

/**
 * Sets an option of a socket; 1 is on.
 * C: `int setsockopt(int fd, int level, int option, const void *value, socklen_t size)`
 */
export function setsockopt(fd: number, level: number, option: number, value: number): void {
  orThrow('setsockopt', libc.setsockopt(fd, level, option, Int32Array.of(value), 4))
}

/**
 * Gives a socket its own address and port.
 * C: `int bind(int fd, const struct sockaddr *address, socklen_t size)`
 */
export function bind(fd: number, address: SockaddrIn): void {
  orThrow('bind', libc.bind(fd, { ...address, ...SOCKADDR_IN_REST }, SOCKADDR_IN_SIZE))
}

/**
 * Makes a bound socket a listening one: from now on the kernel makes connections by itself and
 * keeps them, `backlog` at most, until accept() fetches them. C: `int listen(int fd, int backlog)`
 */
export function listen(fd: number, backlog: number): void {
  orThrow('listen', libc.listen(fd, backlog))
}

/**
 * Waits until a connection is there, and returns a new descriptor, for that connection alone.
 * C: `int accept(int fd, struct sockaddr *address, socklen_t *size)`
 */
export function accept(fd: number): number {
  return orThrow('accept', libc.accept(fd, null, null))
}

/**
 * Waits until bytes are there, puts as many as there are and fit at the start of `buffer`, and
 * returns how many they were; 0 is the end. What was in the buffer after them stays there. C:
 * `ssize_t read(int fd, void *buffer, size_t size)`
 */
export function read(fd: number, buffer: Uint8Array): number {
  return orThrow('read', libc.read(fd, buffer, buffer.length))
}

/**
 * Waits until there is room, and returns how many of the bytes the kernel took: perhaps not all of
 * them. C: `ssize_t write(int fd, const void *bytes, size_t size)`
 */
export function write(fd: number, bytes: Uint8Array): number {
  return orThrow('write', libc.write(fd, bytes, bytes.length))
}

/**
 * Gives a descriptor back. The peer of a connection then sees its end.
 * C: `int close(int fd)`
 */
export function close(fd: number): void {
  orThrow('close', libc.close(fd))
}

/** Host to network, short: the 16-bit number whose bytes in memory are `value`, high byte first. */
export function htons(value: number): number {
  return endianness() === 'BE' ? value : ((value & 0xff) << 8) | (value >> 8)
}

/** The four bytes of an address such as '127.0.0.1', as a number in network byte order. */
export function inet_addr(address: string): number {
  const number = libc.inet_addr(address)
  if (number === INADDR_NONE) throw new TypeError(`${address} is not an IPv4 address`)
  return number
}

const INADDR_NONE = 0xffffffff

// 16 bytes on both systems, but on macOS the first of them is the size.
const SOCKADDR_IN_SIZE = 16
const SOCKADDR_IN_REST = { sin_len: SOCKADDR_IN_SIZE, sin_zero: new Uint8Array(8) }
koffi.struct('sockaddr_in', {
  ...(MACOS ? { sin_len: 'uint8_t', sin_family: 'uint8_t' } : { sin_family: 'uint16_t' }),
  sin_port: 'uint16_t',
  sin_addr: 'uint32_t',
  sin_zero: koffi.array('uint8_t', 8),
})

// No path to a library: Node is linked with libc, so the symbols are in the running program.
const program = koffi.load(null)
const libc = {
  socket: program.func('int socket(int family, int style, int protocol)'),
  setsockopt: program.func('int setsockopt(int fd, int level, int option, void *value, uint32_t size)'),
  bind: program.func('int bind(int fd, sockaddr_in *address, uint32_t size)'),
  listen: program.func('int listen(int fd, int backlog)'),
  accept: program.func('int accept(int fd, void *address, void *size)'),
  read: program.func('intptr_t read(int fd, void *buffer, size_t size)'),
  write: program.func('intptr_t write(int fd, void *bytes, size_t size)'),
  close: program.func('int close(int fd)'),
  inet_addr: program.func('uint32_t inet_addr(const char *address)'),
}

/** -1 says that a call failed; why it failed is in errno, until the next call overwrites it. */
function orThrow(call: string, result: number): number {
  if (result === -1) throw new LibcError(call, koffi.errno())
  return result
}
