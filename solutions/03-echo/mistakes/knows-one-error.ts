// Forgives ECONNRESET, which it has met before, and throws every other error. A write to a client
// that is gone fails with EPIPE.
//
// fails: survives a client that resets before it has read all
// says: exited

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

// allowHalfOpen: the client's FIN closes its direction only. Ours stays open until we say end().
const server = createServer({ allowHalfOpen: true }, (socket) => {
  // A shortcut: write() also says when the client reads too slowly, and nobody listens to it here.
  // What a slow client has not read yet piles up in this process.
  socket.on('data', (chunk) => socket.write(chunk))

  // end() sends what is still waiting to be written, then FIN.
  socket.on('end', () => socket.end())

  socket.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ECONNRESET') throw error
  })
})

server.listen(port, host)
