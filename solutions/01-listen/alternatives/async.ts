// Straight await instead of callbacks: once() turns the server's 'error' into an exception, and
// each client has a function of its own.

import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer((socket) => {
  untilItLeaves(socket).catch(() => socket.destroy())
})

try {
  await once(server.listen(port, host), 'listening')
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}

async function untilItLeaves(socket: Socket) {
  for await (const _bytes of socket);
}
