// The loop throws when the client resets, and nobody catches it: an unhandled rejection ends the
// process.
//
// fails: survives a client that resets
// says: exited

import { once } from 'node:events'
import type { Socket } from 'node:net'
import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer({ allowHalfOpen: true }, echo)

server.listen(port, host)

async function echo(socket: Socket) {
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    if (!socket.write(chunk)) await once(socket, 'drain')
  }
  socket.end()
}
