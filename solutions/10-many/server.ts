import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { availableParallelism } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'

const MAX_SLEEP_MS = 60_000
const MAX_PRIMES = 50_000_000
/** More would only take turns on the same cores. */
const MAX_WORKERS = availableParallelism()

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

// This file runs as the server, and again in each worker, which only counts.
if (isMainThread) createServer({ allowHalfOpen: true }, serve).listen(port, host)
else parentPort?.on('message', (n: number) => parentPort?.postMessage(countPrimes(n)))

function serve(socket: Socket): void {
  const gone = new AbortController()
  let rest = '' // what came after the last LF: the beginning of a line
  let turn = Promise.resolve() // fulfilled when everything asked so far has been answered

  socket.setEncoding('latin1')
  socket.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) turn = answerAfter(turn, line.replace(/\r$/, ''))
  })
  socket.on('end', async () => {
    await turn // with allowHalfOpen our side stays open until we end it
    socket.end()
  })
  socket.on('error', () => {}) // a reset: 'close' comes next
  socket.on('close', () => gone.abort())

  async function answerAfter(previous: Promise<void>, line: string): Promise<void> {
    await previous
    if (gone.signal.aborted) return
    try {
      socket.write(`${await answer(line, gone.signal)}\n`)
    } catch (error) {
      socket.destroy(error as Error) // gone already, or its worker has died: the other clients do not notice
    }
  }
}

/** The answer to one line, when it is ready; `signal` aborts when the client has gone. */
async function answer(line: string, signal: AbortSignal): Promise<string> {
  if (line === 'ping') return 'pong'
  const [, command, digits] = /^(sleep|primes) (\d+)$/.exec(line) ?? []
  const number = Number(digits)
  if (command === 'sleep' && number <= MAX_SLEEP_MS) {
    await delay(number, undefined, { signal })
    return `slept ${number}`
  }
  if (command === 'primes' && number <= MAX_PRIMES) return `primes ${await countInWorker(number, signal)}`
  return command === undefined ? 'error unknown command' : 'error number out of range'
}

/** Workers that have nothing to do. */
const idle: Worker[] = []
/** Counts that wait until a worker is free, longest first. */
const waiting: (() => void)[] = []
let busy = 0

async function countInWorker(n: number, signal: AbortSignal): Promise<number> {
  while (busy === MAX_WORKERS) await new Promise<void>((resolve) => waiting.push(resolve))
  busy += 1
  let worker: Worker | undefined
  try {
    signal.throwIfAborted()
    worker = idle.pop() ?? new Worker(new URL(import.meta.url))
    worker.postMessage(n)
    const [count] = await once(worker, 'message', { signal })
    idle.push(worker)
    return count
  } catch (error) {
    // A running loop gets no messages: only ending its thread stops it. The next task starts another.
    await worker?.terminate()
    throw error
  } finally {
    busy -= 1
    waiting.shift()?.()
  }
}

/** How many primes there are below `n`: the sieve of Eratosthenes, odd numbers only. */
function countPrimes(n: number): number {
  const composite = new Uint8Array(Math.ceil(n / 2)) // at i: whether 2i + 1 is composite
  let count = n > 2 ? 1 : 0
  for (let i = 3; i < n; i += 2) {
    if (composite[i >> 1]) continue
    count += 1
    for (let multiple = i * i; multiple < n; multiple += 2 * i) composite[multiple >> 1] = 1
  }
  return count
}
