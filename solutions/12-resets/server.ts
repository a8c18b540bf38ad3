// Sends ticks to its subscribers, and keeps nothing of clients that have gone, however they went.
import { createServer, type Socket } from 'node:net'

const MAX_LINE_BYTES = 1024
const MAX_INTERVAL_MS = 60_000
const LF = 0x0a

let connections = 0

createServer(serve).listen(Number(process.env.PORT), process.env.HOST)

function serve(socket: Socket): void {
  let rest: Buffer = Buffer.alloc(0) // the beginning of a line, as in 06
  let ticking: NodeJS.Timeout | undefined

  connections += 1
  socket.on('data', read)
  socket.on('end', stop) // FIN: Node ends our side next, and nothing may be written after that
  socket.on('error', () => {}) // RST: 'close' comes next
  socket.on('close', () => {
    // Comes exactly once, however the connection ended: the one place to release everything.
    stop()
    connections -= 1
  })

  function read(chunk: Buffer): void {
    rest = Buffer.concat([rest, chunk])
    socket.cork() // the answers to one chunk leave together
    let end = rest.indexOf(LF)
    while (end !== -1 && end <= MAX_LINE_BYTES) {
      answer(rest.toString('latin1', 0, end).replace(/\r$/, ''))
      rest = rest.subarray(end + 1)
      end = rest.indexOf(LF)
    }
    socket.uncork()
    if (rest.length > MAX_LINE_BYTES) refuse()
  }

  function answer(line: string): void {
    const interval = intervalOf(line)
    if (line === 'count') socket.write(`connections ${connections}\n`)
    else if (line === 'stop') {
      stop()
      socket.write('stopped\n')
    } else if (interval !== undefined) subscribe(interval)
    else socket.write('error bad command\n')
  }

  function subscribe(ms: number): void {
    stop() // there may be a timer already, and this variable holds only one
    let n = 0
    ticking = setInterval(() => {
      n += 1
      socket.write(`tick ${n}\n`)
    }, ms)
  }

  function stop(): void {
    clearInterval(ticking)
  }

  function refuse(): void {
    stop() // our own end is an end too
    rest = Buffer.alloc(0)
    socket.off('data', read)
    socket.resume() // a close with unread bytes would send RST, and take the error line with it
    socket.end('error line too long\n')
  }
}

/** The MS of `subscribe MS`; undefined if the line is anything else. */
function intervalOf(line: string): number | undefined {
  const ms = Number(/^subscribe ([1-9]\d*)$/.exec(line)?.[1])
  return ms <= MAX_INTERVAL_MS ? ms : undefined // NaN is not
}
