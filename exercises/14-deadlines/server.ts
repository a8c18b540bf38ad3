// 14 Deadlines: clients that never finish.
//
// The server of 06, with limits: IDLE_MS, LINE_MS and MAX_CONNECTIONS.

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)
const idleMs = Number(process.env.IDLE_MS ?? 60_000)
const lineMs = Number(process.env.LINE_MS ?? 10_000)
const maxConnections = Number(process.env.MAX_CONNECTIONS ?? 1000)

// Called once for each client, however many there are.
const server = createServer((socket) => {
  // Is there a place for one more?

  socket.on('data', (chunk) => {
    // A byte has come: which clocks start, which restart, which stop?
    // TODO: answer the lines that are complete, and watch the clocks.
    void [chunk, idleMs, lineMs, maxConnections]
  })

  // What happens when the connection is over, in whatever way, goes here.
})

server.listen(port, host)
