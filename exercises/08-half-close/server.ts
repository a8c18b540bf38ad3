// 08 Half-close: the end is a message too.
//
// Count what a client sends until its FIN, think, then answer LINES WORDS BYTES and end.

import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

// How long to think before an answer: a stand-in for the database that you would ask.
const thinkMs = Number(process.env.THINK_MS ?? 50)

// Called once for each client: `socket` is the connection to that one client.
const server = createServer(async (socket) => {
  // TODO: count lines, words and bytes while they come. The client's end is the signal for
  // the rest: think, answer, end. Who ends this side of the connection, and when?
  await sleep(thinkMs)
  socket.end()
})

server.listen(port, host)
