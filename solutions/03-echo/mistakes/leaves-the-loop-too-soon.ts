// When 'for await' over a socket is done it destroys the socket, whatever is still waiting to be
// written. It has to wait for 'drain', or to go through socket.iterator({ destroyOnReturn: false }).
//
// fails: ends no sooner than a slow reader has every byte
// says: ended

import type { Socket } from 'node:net'
import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer({ allowHalfOpen: true }, (socket) => {
  echo(socket).catch(() => socket.destroy())
})

server.listen(port, host)

async function echo(socket: Socket) {
  for await (const chunk of socket) socket.write(chunk)
  socket.end()
}
