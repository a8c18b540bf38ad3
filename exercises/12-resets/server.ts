// 12 Resets: connections die in every way
//
// Send ticks to whoever subscribes, until the client stops them or the connection ends, in whatever way it ends.

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

// What is known about all connections together belongs here.

const server = createServer((socket) => {
  // What is known about this one connection belongs here: what is left of a line, its timer, its number.

  socket.on('data', (chunk) => {
    // TODO: take out the lines that are whole (as in 06), and do what each asks for.
    void chunk
  })

  // Which events tell that this connection has ended? What has to be let go of then?
})

server.listen(port, host)
