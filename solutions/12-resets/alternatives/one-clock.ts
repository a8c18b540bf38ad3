// One timer for all subscriptions, set to the tick that is due next, and none where nobody is
// subscribed. What has to be let go of when a connection ends is then an entry of a map; a timer
// too many cannot be left.
import { createServer, type Socket } from 'node:net'

interface Subscription {
  ms: number
  n: number
  due: number
}

const MAX_LINE_BYTES = 1024
const subscriptions = new Map<Socket, Subscription>()
let clock: NodeJS.Timeout | undefined
let connections = 0

createServer(serve).listen(Number(process.env.PORT), process.env.HOST)

function serve(socket: Socket): void {
  let rest: Buffer = Buffer.alloc(0)

  connections += 1
  socket.on('data', read)
  socket.on('end', () => unsubscribe(socket))
  socket.on('error', () => {})
  socket.on('close', () => {
    unsubscribe(socket)
    connections -= 1
  })

  function read(chunk: Buffer): void {
    rest = Buffer.concat([rest, chunk])
    socket.cork()
    let end = rest.indexOf('\n')
    while (end !== -1 && end <= MAX_LINE_BYTES) {
      answer(socket, rest.toString('latin1', 0, end).replace(/\r$/, ''))
      rest = rest.subarray(end + 1)
      end = rest.indexOf('\n')
    }
    socket.uncork()
    if (rest.length <= MAX_LINE_BYTES) return
    unsubscribe(socket)
    socket.off('data', read).resume().end('error line too long\n')
  }
}

function answer(socket: Socket, line: string): void {
  const ms = Number(/^subscribe ([1-9]\d{0,4})$/.exec(line)?.[1])
  if (line === 'count') socket.write(`connections ${connections}\n`)
  else if (ms <= 60_000) {
    subscriptions.set(socket, { ms, n: 0, due: performance.now() + ms })
    wind()
  } else if (line === 'stop') {
    unsubscribe(socket)
    socket.write('stopped\n')
  } else socket.write('error bad command\n')
}

function unsubscribe(socket: Socket): void {
  subscriptions.delete(socket)
  if (subscriptions.size === 0) clearTimeout(clock)
}

function wind(): void {
  clearTimeout(clock)
  if (subscriptions.size === 0) return
  const next = Math.min(...[...subscriptions.values()].map(({ due }) => due))
  clock = setTimeout(ring, Math.max(1, Math.ceil(next - performance.now())))
}

function ring(): void {
  const now = performance.now()
  for (const [socket, subscription] of subscriptions) {
    if (subscription.due > now) continue
    subscription.n += 1
    subscription.due = now + subscription.ms
    socket.write(`tick ${subscription.n}\n`)
  }
  wind()
}
