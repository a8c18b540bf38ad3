// 21 HTTP bodies: keep the connection.
//
// Serve files as in exercise 20, one request after another on the same connection, with bodies.

import { createServer, type Socket } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)
const root = process.env.ROOT ?? 'exercises/21-http-bodies/site'
const idleMs = Number(process.env.IDLE_MS ?? 5000)

const server = createServer({ allowHalfOpen: true, noDelay: true }, serve)
server.listen(port, host)

/** Called once for each client. */
function serve(socket: Socket): void {
  // What you have to remember about this client between two chunks goes here: the bytes that you
  // have not used yet, and whether a head, a body of known length or a chunk comes next.

  socket.on('data', (chunk) => {
    // TODO: answer each complete request, one after another. The files are below `root`. End a
    // client that keeps you waiting for `idleMs`.
    void [chunk, root, idleMs]
  })

  // What to do when the client has ended, and when its connection breaks, goes here.
}
