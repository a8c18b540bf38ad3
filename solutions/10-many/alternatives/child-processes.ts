// A few processes count instead of threads. Each has a heap of its own, so not even running out of
// memory in one hurts the server, and the operating system ends one at any moment: kill(). It
// starts more slowly and weighs more.

import { type ChildProcess, fork } from 'node:child_process'
import { createServer, type Socket } from 'node:net'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'

type Count = { n: number; done: (answer: string) => void; child?: ChildProcess }

const free: ChildProcess[] = []
const waiting: Count[] = []
let places = availableParallelism()

if (process.send) process.on('message', (n: number) => process.send?.(countPrimes(n)))
else createServer({ allowHalfOpen: true }, serve).listen(Number(process.env.PORT), process.env.HOST)

function serve(socket: Socket): void {
  const asked: string[] = []
  let rest = ''
  let busy = false
  let ended = false
  let stop = () => {}

  socket.on('data', (chunk) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    asked.push(...lines)
    next()
  })
  socket.on('end', () => {
    ended = true
    next()
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    asked.length = 0
    stop()
  })

  function next(): void {
    if (busy || socket.destroyed) return
    const line = asked.shift()
    if (line === undefined) {
      if (ended) socket.end()
      return
    }
    busy = true
    stop = begin(line.replace(/\r$/, ''), (answer) => {
      busy = false
      stop = () => {}
      if (socket.destroyed) return
      socket.write(`${answer}\n`)
      next()
    })
  }
}

/** Begins what the line asks for; what it returns stops that. */
function begin(line: string, done: (answer: string) => void): () => void {
  const [, command, digits] = line.match(/^(ping|sleep|primes)(?: ([0-9]+))?$/) ?? []
  const number = digits === undefined ? undefined : Number(digits)
  if (command === 'sleep' && number !== undefined && number <= 60_000) {
    const timer = setTimeout(() => done(`slept ${number}`), number)
    return () => clearTimeout(timer)
  }
  if (command === 'primes' && number !== undefined && number <= 50_000_000) {
    const count: Count = { n: number, done: (answer) => done(`primes ${answer}`) }
    waiting.push(count)
    assign()
    return () => cancel(count)
  }
  // Never before begin() returns: the next command would have its stop() overwritten by ours.
  const now = setImmediate(done, line === 'ping' ? 'pong' : `error not a command: ${line}`)
  return () => clearImmediate(now)
}

function assign(): void {
  const count = places > 0 ? waiting.shift() : undefined
  if (!count) return
  places -= 1
  const child = free.pop() ?? fork(fileURLToPath(import.meta.url))
  count.child = child
  child.once('message', (answer) => {
    free.push(child)
    release()
    count.done(`${answer}`)
  })
  child.send(count.n)
}

function cancel(count: Count): void {
  if (count.child) {
    count.child.removeAllListeners('message')
    count.child.kill('SIGKILL')
    release()
  } else {
    waiting.splice(waiting.indexOf(count), 1)
  }
}

function release(): void {
  places += 1
  assign()
}

function countPrimes(n: number): number {
  const composite = new Uint8Array(n)
  let count = 0
  for (let i = 2; i < n; i += 1) {
    if (composite[i]) continue
    count += 1
    for (let multiple = i * i; multiple < n; multiple += i) composite[multiple] = 1
  }
  return count
}
