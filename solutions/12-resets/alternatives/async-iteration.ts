// Reads in a loop. However the connection ends, the loop is over, and `finally` is the one place to
// let go: of FIN it hears as the end of the loop, of RST as an exception.
import { createServer, type Socket } from 'node:net'

const MAX_LINE_CHARACTERS = 1024
let connections = 0

createServer(serve).listen(Number(process.env.PORT), process.env.HOST)

async function serve(socket: Socket): Promise<void> {
  const ticker = new Ticker((line) => socket.write(line))
  socket.setEncoding('latin1') // a character a byte
  connections += 1
  try {
    let rest = ''
    // Without this option the loop destroys the socket when it is over, and with it the answers
    // that a slow reader has not taken.
    for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
      if (!socket.writable) continue // refused: what follows is read and dropped
      const lines = `${rest}${chunk}`.split('\n')
      rest = lines.pop() ?? ''
      const long = lines.findIndex((line) => line.length > MAX_LINE_CHARACTERS)
      const good = long === -1 ? lines : lines.slice(0, long)
      const answers = good.map((line) => answer(line.replace(/\r$/, ''), ticker))
      if (answers.length > 0) socket.write(answers.join(''))
      if (long === -1 && rest.length <= MAX_LINE_CHARACTERS) continue
      ticker.stop()
      socket.end('error line too long\n')
    }
  } catch {
    // A reset: there is nobody to tell.
  } finally {
    ticker.stop()
    connections -= 1
  }
}

function answer(line: string, ticker: Ticker): string {
  const ms = Number(/^subscribe ([1-9]\d{0,4})$/.exec(line)?.[1])
  if (line === 'count') return `connections ${connections}\n`
  if (ms <= 60_000) return ticker.start(ms)
  if (line === 'stop') return ticker.stop()
  return 'error bad command\n'
}

class Ticker {
  #timer: NodeJS.Timeout | undefined
  readonly #send: (line: string) => void

  constructor(send: (line: string) => void) {
    this.#send = send
  }

  start(ms: number): string {
    this.stop()
    let n = 0
    this.#timer = setInterval(() => {
      n += 1
      this.#send(`tick ${n}\n`)
    }, ms)
    return ''
  }

  stop(): string {
    clearInterval(this.#timer)
    return 'stopped\n'
  }
}
