// 10 Many: one slow client must not stop the others.
//
// Answer ping, sleep MS and primes N: each client's lines in order, and no client later because of
// another.

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

// Called once for each client: `socket` is the connection to that one client.
const server = createServer({ allowHalfOpen: true }, (socket) => {
  // What you have to remember about this client from one line to the next goes here.

  socket.on('data', (chunk) => {
    // TODO: answer each line, in turn.
    void chunk
  })

  // What happens when the client ends, and when it is gone, goes here.
})

server.listen(port, host)

/**
 * How many primes there are below `n`. Correct, but slow for a large `n`: nothing else
 * happens on its thread meanwhile.
 */
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
