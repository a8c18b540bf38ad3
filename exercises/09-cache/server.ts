// 09 Cache: lines and lengths together.
//
// Keep values under keys, for everybody who connects, in memcached's text protocol.

import { createServer, type Socket } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

// What all clients share goes here.

const server = createServer(serve)
server.listen(port, host)

/** Called once for each client. */
function serve(socket: Socket): void {
  // What you have to remember about this client from one chunk to the next goes here. What comes
  // next may be a line, whose end you have to look for, or a block, whose length you know.

  socket.on('data', (chunk) => {
    // TODO: obey each command that is complete, and keep the rest for later.
    void chunk
  })

  // What happens when the client has ended, and when its connection breaks, goes here.
}
