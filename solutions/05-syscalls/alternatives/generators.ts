// The same calls as two generators: connections and chunks are looped over, with one place for the
// close.

import * as libc from './libc.ts'

const { HOST = '127.0.0.1', PORT = '4000' } = process.env

try {
  for (const connected of connections(HOST, Number(PORT))) {
    try {
      for (const chunk of chunks(connected)) writeAll(connected, chunk)
    } catch (error) {
      console.error('A client broke off:', error instanceof Error ? error.message : error)
    }
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

function* connections(host: string, port: number): Generator<number> {
  const listening = libc.socket(libc.AF_INET, libc.SOCK_STREAM, 0)
  libc.setsockopt(listening, libc.SOL_SOCKET, libc.SO_REUSEADDR, 1)
  libc.bind(listening, {
    sin_family: libc.AF_INET,
    sin_port: libc.htons(port),
    sin_addr: libc.inet_addr(host),
  })
  libc.listen(listening, 128)
  while (true) {
    const connected = libc.accept(listening)
    try {
      yield connected
    } finally {
      libc.close(connected)
    }
  }
}

function* chunks(connected: number): Generator<Uint8Array> {
  const buffer = new Uint8Array(4096)
  while (true) {
    const received = libc.read(connected, buffer)
    if (received === 0) return
    yield buffer.subarray(0, received)
  }
}

function writeAll(connected: number, bytes: Uint8Array): void {
  if (bytes.length === 0) return
  writeAll(connected, bytes.subarray(libc.write(connected, bytes)))
}
