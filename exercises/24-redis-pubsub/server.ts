import { createServer, type Socket } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

// This exercise goes on where 23 ended. Put your server of 23 in the place of this file:
//   cp exercises/23-redis/server.ts exercises/24-redis-pubsub/server.ts
// Who subscribes, who watches a key and who waits for a list goes beside the keys.

const server = createServer({ noDelay: true }, serve)
server.listen(port, host)

/** Called once for each client. */
function serve(socket: Socket): void {
  socket.on('data', (chunk) => {
    // TODO: obey the commands of 23, and those that this lesson adds.
    void chunk
  })
}
