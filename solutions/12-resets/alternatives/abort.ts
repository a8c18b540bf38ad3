// Each subscription is a loop over a promised timer, and has a signal that ends it. The socket's
// 'close' aborts it, as stop and the next subscribe do.
import { createServer, type Socket } from 'node:net'
import { setInterval as every } from 'node:timers/promises'

const MAX_LINE_BYTES = 1024
const open = new Set<Socket>()

createServer(serve).listen(Number(process.env.PORT), process.env.HOST)

function serve(socket: Socket): void {
  let rest: Buffer = Buffer.alloc(0)
  let subscription = new AbortController()
  const stop = () => subscription.abort()

  open.add(socket)
  socket.on('end', stop)
  socket.on('error', () => {})
  socket.on('close', () => {
    stop()
    open.delete(socket)
  })

  socket.on('data', (chunk: Buffer) => {
    if (!socket.writable) return // refused: what follows is read and dropped
    rest = Buffer.concat([rest, chunk])
    socket.cork()
    for (let end = rest.indexOf('\n'); end !== -1 && end <= MAX_LINE_BYTES; end = rest.indexOf('\n')) {
      answer(rest.toString('latin1', 0, end).replace(/\r$/, ''))
      rest = rest.subarray(end + 1)
    }
    socket.uncork()
    if (rest.length <= MAX_LINE_BYTES) return
    stop()
    socket.end('error line too long\n')
  })

  function answer(line: string): void {
    const [command, ms = '', ...more] = line.split(' ')
    const isInterval = /^[1-9]\d{0,4}$/.test(ms) && Number(ms) <= 60_000
    if (line === 'count') socket.write(`connections ${open.size}\n`)
    else if (line === 'stop') {
      stop()
      socket.write('stopped\n')
    } else if (command === 'subscribe' && isInterval && more.length === 0) {
      stop()
      subscription = new AbortController()
      tick(socket, Number(ms), subscription.signal)
    } else socket.write('error bad command\n')
  }
}

async function tick(socket: Socket, ms: number, signal: AbortSignal): Promise<void> {
  let n = 0
  try {
    for await (const _ of every(ms, undefined, { signal })) {
      if (signal.aborted) return // it came just before the end, and the loop goes on in a later turn
      n += 1
      socket.write(`tick ${n}\n`)
    }
  } catch {
    // The timer's promise is rejected when the subscription ends.
  }
}
