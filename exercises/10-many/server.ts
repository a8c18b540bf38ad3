// 10 Many: one slow client must not stop the others.
//
// Answer ping, sleep MS and primes N, each client in its own order, and nobody later because of somebody else.

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

// Called once for each client: `socket` is the connection to that one client.
const server = createServer({ allowHalfOpen: true }, (socket) => {
  // What has to be remembered of this client from one line to the next belongs here.

  socket.on('data', (chunk) => {
    // TODO: answer each line, in turn.
    void chunk
  })

  // What has to happen when the client ends, and when it is gone, belongs here.
})

server.listen(port, host)

/** How many primes there are below `n`. Right, and for a large `n` slow: nothing else happens on its thread meanwhile. */
export function countPrimes(n: number): number {
  const composite = new Uint8Array(Math.ceil(n / 2)) // at i: whether 2i + 1 is composite
  let count = n > 2 ? 1 : 0
  for (let i = 3; i < n; i += 2) {
    if (composite[i >> 1]) continue
    count += 1
    for (let multiple = i * i; multiple < n; multiple += 2 * i) composite[multiple >> 1] = 1
  }
  return count
}
