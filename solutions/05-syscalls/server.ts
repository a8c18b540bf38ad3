// Echo, one client at a time, in the system calls that every server is made of.

import * as libc from './libc.ts'

const { HOST = '127.0.0.1', PORT = '4000' } = process.env
const BACKLOG = 128
const buffer = new Uint8Array(65_536)

const listening = listenOn(HOST, Number(PORT))
while (true) {
  const connected = libc.accept(listening)
  try {
    echo(connected)
  } catch (error) {
    // ECONNRESET, EPIPE: this client is gone, and the next one is waiting.
    if (!(error instanceof libc.LibcError)) throw error
    console.error(error.message)
  } finally {
    libc.close(connected)
  }
}

function listenOn(host: string, port: number): number {
  const { AF_INET, SOCK_STREAM, SOL_SOCKET, SO_REUSEADDR } = libc
  const fd = libc.socket(AF_INET, SOCK_STREAM, 0)
  libc.setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, 1)
  try {
    libc.bind(fd, {
      sin_family: AF_INET,
      sin_port: libc.htons(port),
      sin_addr: libc.inet_addr(host),
    })
    libc.listen(fd, BACKLOG)
  } catch (error) {
    if (!(error instanceof libc.LibcError)) throw error
    console.error(`${host}:${port}: ${error.message}`)
    process.exit(1)
  }
  return fd
}

function echo(fd: number): void {
  let received = libc.read(fd, buffer)
  while (received > 0) {
    writeAll(fd, buffer.subarray(0, received))
    received = libc.read(fd, buffer)
  }
}

/** One write() takes all of it, unless a signal interrupts it: then we have to send the rest. */
function writeAll(fd: number, bytes: Uint8Array): void {
  let written = 0
  while (written < bytes.length) written += libc.write(fd, bytes.subarray(written))
}
