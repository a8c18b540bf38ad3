// Serves a client to its end before it looks at the next one, who is connected and hears nothing.
//
// fails: serves many clients at once, and keeps them apart
// says: nothing

import { on, once } from 'node:events'
import type { Socket } from 'node:net'
import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer({ allowHalfOpen: true })

server.listen(port, host)

for await (const [socket] of on(server, 'connection')) await echo(socket)

async function echo(socket: Socket) {
  socket.on('data', (chunk) => socket.write(chunk))
  socket.on('end', () => socket.end())
  socket.on('error', () => {})
  await once(socket, 'close')
}
