// One function a client that reads from top to bottom. Two traps of this style are avoided: the
// loop throws when the client resets, and it destroys the socket when it is done, unless told not
// to.

import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer({ allowHalfOpen: true }, (socket) => {
  echo(socket).catch(() => socket.destroy())
})

server.listen(port, host)

async function echo(socket: Socket) {
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    if (!socket.write(chunk)) await once(socket, 'drain')
  }
  socket.end()
}
