import { createRequire } from 'node:module'
import type { Socket } from 'node:net'

/**
 * <linux/tcp.h>: the option, and the offsets of `tcpi_bytes_received` and `tcpi_data_segs_in` in
 * what it returns.
 */
const IPPROTO_TCP = 6
const TCP_INFO = 11
const BYTES_RECEIVED = 128
const DATA_SEGS_IN = 152
const ROOM_BYTES = 256

type GetSockOpt = (fd: number, level: number, name: number, value: Buffer, length: [number]) => number

let getsockopt: GetSockOpt | undefined

/** What has arrived on a connection: this many bytes, in this many segments. */
export interface Arrivals {
  bytes: number
  segments: number
}

/**
 * The kernel's own count of what has arrived (Linux): how the other side sent, however late we
 * read. Undefined if it cannot be had.
 */
export function arrivalsOn(socket: Socket): Arrivals | undefined {
  // Node offers no other way to the descriptor.
  const { _handle: handle } = socket as Socket & { _handle?: { fd?: number } | null }
  const fd = handle?.fd ?? -1
  if (process.platform !== 'linux' || fd < 0) return undefined
  const info = Buffer.alloc(ROOM_BYTES)
  const length: [number] = [ROOM_BYTES]
  try {
    getsockopt ??= load()
    const result = getsockopt(fd, IPPROTO_TCP, TCP_INFO, info, length)
    if (result !== 0 || length[0] < DATA_SEGS_IN + 4) return undefined
    return { bytes: Number(info.readBigUInt64LE(BYTES_RECEIVED)), segments: info.readUInt32LE(DATA_SEGS_IN) }
  } catch {
    return undefined // koffi has no binary for this machine
  }
}

/** Loaded only when needed: it costs tens of milliseconds. */
function load(): GetSockOpt {
  const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi')
  return koffi
    .load(null)
    .func('int getsockopt(int fd, int level, int name, _Out_ uint8_t *value, _Inout_ uint32_t *length)')
}
