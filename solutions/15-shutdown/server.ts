import { createServer, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

const MAX_SLEEP_MS = 60_000

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)
const graceMs = Number(process.env.GRACE_MS ?? 5000)

/** What SIGTERM does to each open connection: ends it now, or after the answers that are due. */
const leaves = new Set<() => void>()
let leaving = false

const server = createServer({ allowHalfOpen: true }, serve).listen(port, host)

process.on('SIGTERM', () => {
  if (leaving) process.exit(1) // the second signal: no more waiting
  leaving = true
  // No new connections from here on. The callback runs when the last connection is over.
  server.close(() => process.exit(0))
  for (const leave of leaves) leave()
  setTimeout(() => process.exit(1), graceMs)
})

function serve(socket: Socket): void {
  const gone = new AbortController()
  let rest = '' // what came after the last LF: the beginning of a line
  let due = 0 // lines that have no answer yet
  let ended = false // the client has sent FIN
  let turn = Promise.resolve() // fulfilled when everything asked so far has been answered

  leaves.add(endIfIdle)
  socket.setEncoding('latin1')
  socket.on('data', (chunk: string) => {
    if (leaving) return // read and dropped: left unread, it would turn our FIN into RST
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      due += 1
      turn = answerAfter(turn, line.replace(/\r$/, ''))
    }
  })
  socket.on('end', () => {
    ended = true
    endIfIdle()
  })
  socket.on('error', () => {}) // a reset: 'close' comes next
  socket.on('close', () => {
    leaves.delete(endIfIdle)
    gone.abort()
  })

  async function answerAfter(previous: Promise<void>, line: string): Promise<void> {
    await previous
    try {
      const text = await answer(line, gone.signal)
      if (!gone.signal.aborted) socket.write(`${text}\n`)
    } catch {
      // The client is gone, and so is its sleep.
    }
    due -= 1
    endIfIdle()
  }

  // end() sends what is still in our buffer first, then FIN, however slowly the client reads.
  function endIfIdle(): void {
    if (due === 0 && (leaving || ended)) socket.end()
  }
}

/** The answer to one line; `signal` aborts when the client has gone. */
async function answer(line: string, signal: AbortSignal): Promise<string> {
  if (line === 'ping') return 'pong'
  const [, digits] = /^sleep (\d+)$/.exec(line) ?? []
  const ms = Number(digits)
  if (digits === undefined || ms > MAX_SLEEP_MS) return 'error unknown command'
  await delay(ms, undefined, { signal })
  return `slept ${ms}`
}
