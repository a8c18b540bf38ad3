// 12 Resets: connections die in every way.
//
// Send ticks to each subscriber, until it stops them or its connection ends, in whatever way.

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

// What you know about all connections together goes here.

const server = createServer((socket) => {
  // What you know about this connection goes here: what is left of a line, its timer, its number.

  socket.on('data', (chunk) => {
    // TODO: take out the lines that are complete (as in 06), and do what each asks for.
    void chunk
  })

  // Which events tell that this connection has ended? What do you have to release then?
})

server.listen(port, host)
