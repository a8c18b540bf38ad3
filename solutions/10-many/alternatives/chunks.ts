// No worker at all: counts a piece at a time on the event loop, and lets everything else have its
// turn between two pieces. A ping waits for a piece of each count at most. All that is counted
// shares one core with the clients.

import { createServer, type Socket } from 'node:net'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'

/** A millisecond's work or two. */
const PIECE = 500_000

createServer({ allowHalfOpen: true }, (socket) => {
  const gone = new AbortController()
  socket.on('error', () => {})
  socket.on('close', () => gone.abort())
  serve(socket, gone.signal).catch(() => socket.destroy())
}).listen(Number(process.env.PORT), process.env.HOST)

async function serve(socket: Socket, gone: AbortSignal): Promise<void> {
  for await (const line of lines(socket)) socket.write(`${await answer(line, gone)}\n`)
  socket.end()
}

async function* lines(socket: Socket): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    const parts = (rest + chunk).split('\n')
    rest = parts.pop() ?? ''
    for (const line of parts) yield line.endsWith('\r') ? line.slice(0, -1) : line
  }
}

async function answer(line: string, gone: AbortSignal): Promise<string> {
  const [, sleepMs] = /^sleep (\d{1,12})$/.exec(line) ?? []
  const [, below] = /^primes (\d{1,12})$/.exec(line) ?? []
  if (line === 'ping') return 'pong'
  if (sleepMs !== undefined && Number(sleepMs) <= 60_000) {
    return sleep(Number(sleepMs), `slept ${Number(sleepMs)}`, { signal: gone })
  }
  if (below !== undefined && Number(below) <= 50_000_000) return `primes ${await count(Number(below), gone)}`
  return 'error I can ping, sleep 0 to 60000, and primes 0 to 50000000'
}

/** Sieves one piece of the numbers after the other, with the primes up to the root of the last. */
async function count(n: number, gone: AbortSignal): Promise<number> {
  const small = primesUpTo(Math.ceil(Math.sqrt(n)))
  let found = 0
  for (let start = 2; start < n; start += PIECE) {
    const end = Math.min(start + PIECE, n)
    const composite = new Uint8Array(end - start)
    for (const prime of small) {
      const first = Math.max(prime * prime, Math.ceil(start / prime) * prime)
      for (let multiple = first; multiple < end; multiple += prime) composite[multiple - start] = 1
    }
    for (const mark of composite) found += 1 - mark
    await nextTurn(undefined, { signal: gone })
  }
  return found
}

function primesUpTo(n: number): number[] {
  const primes: number[] = []
  for (let i = 2; i <= n; i += 1) if (primes.every((prime) => i % prime !== 0)) primes.push(i)
  return primes
}
