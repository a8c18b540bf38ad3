// 22 WebSocket: a stream becomes messages again.
//
// Answer the handshake, then read and write frames.

import { createHash } from 'node:crypto'
import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

/** The proof that the server has understood a key: a field of its answer to the handshake. */
export function acceptValue(key: string): string {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
}

createServer((socket) => {
  // Up to the blank line it is an HTTP request. After it come frames, even in the same chunk.
  socket.on('data', (chunk) => {
    // TODO: shake hands, then answer the messages that are complete.
    void chunk
  })
}).listen(port, host)
