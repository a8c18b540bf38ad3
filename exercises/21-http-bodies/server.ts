// 21 HTTP bodies: keep the connection.
//
// Serve files as in 20, one request after another on the same connection, and requests that have bodies.

import { createServer, type Socket } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)
const root = process.env.ROOT ?? 'exercises/21-http-bodies/site'
const idleMs = Number(process.env.IDLE_MS ?? 5000)

const server = createServer({ allowHalfOpen: true, noDelay: true }, serve)
server.listen(port, host)

/** Called once for each client. */
function serve(socket: Socket): void {
  // What you have to remember of this client between two chunks goes here: what it has sent and you have not used
  // yet, and whether what comes next is a head, a body whose length you know, or a chunk.

  socket.on('data', (chunk) => {
    // TODO: answer each request that is there, one after another. The files are below `root`, and a client that
    // keeps you waiting for `idleMs` is one to end.
    void [chunk, root, idleMs]
  })

  // What happens when the client has ended, and when its connection breaks, goes here.
}
