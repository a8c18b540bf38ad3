// Async iteration: each connection is a loop over its lines, and the signal is one more thing that
// ends the loop.
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

const MAX_SLEEP_MS = 60_000

const open = new Set<Promise<void>>()
const leaving = new AbortController()

const server = createServer({ allowHalfOpen: true }, (socket) => {
  const served = serve(socket)
    .catch(() => {}) // a reset
    .finally(() => {
      socket.destroy()
      open.delete(served)
    })
  open.add(served)
})
server.listen(Number(process.env.PORT), process.env.HOST)

process.on('SIGTERM', async () => {
  if (leaving.signal.aborted) process.exit(1)
  leaving.abort()
  server.close()
  const grace = delay(Number(process.env.GRACE_MS ?? 5000), 'over')
  const outcome = await Promise.race([grace, Promise.all(open)])
  process.exit(outcome === 'over' ? 1 : 0)
})

async function serve(socket: Socket): Promise<void> {
  const closed = new AbortController()
  socket.on('error', () => {})
  socket.on('close', () => closed.abort())
  for await (const line of linesOf(socket)) {
    const answer = await answerTo(line, closed.signal)
    if (!socket.write(`${answer}\n`)) await once(socket, 'drain', { signal: closed.signal })
  }
  socket.end()
  socket.resume() // what comes now is dropped
  if (!socket.readableEnded && !socket.destroyed) await once(socket, 'close')
  else if (!socket.destroyed) await once(socket, 'finish')
}

/** The lines that came before the signal, and before the client's end. */
async function* linesOf(socket: Socket): AsyncGenerator<string> {
  const lines: string[] = []
  let rest = ''
  let over = false
  let wake = () => {}
  const finish = () => {
    over = true
    wake()
  }
  socket.setEncoding('latin1')
  socket.on('data', (chunk: string) => {
    if (leaving.signal.aborted) return
    const whole = (rest + chunk).split('\n')
    rest = whole.pop() ?? ''
    lines.push(...whole.map((line) => line.replace(/\r$/, '')))
    wake()
  })
  socket.on('end', finish)
  socket.on('close', finish)
  leaving.signal.addEventListener('abort', finish)
  try {
    for (;;) {
      const line = lines.shift()
      if (line !== undefined) yield line
      else if (over) return
      else
        await new Promise<void>((resolve) => {
          wake = resolve
        })
    }
  } finally {
    leaving.signal.removeEventListener('abort', finish)
  }
}

async function answerTo(line: string, signal: AbortSignal): Promise<string> {
  if (line === 'ping') return 'pong'
  const ms = Number(/^sleep (\d+)$/.exec(line)?.[1] ?? Number.NaN)
  if (!(ms <= MAX_SLEEP_MS)) return 'error unknown command'
  await delay(ms, undefined, { signal })
  return `slept ${ms}`
}
