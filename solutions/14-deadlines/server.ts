import { createServer, type Socket } from 'node:net'

const MAX_LINE_BYTES = 65_536
const LF = 0x0a
const CR = 0x0d

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)
const idleMs = Number(process.env.IDLE_MS ?? 60_000)
const lineMs = Number(process.env.LINE_MS ?? 10_000)
const maxConnections = Number(process.env.MAX_CONNECTIONS ?? 1000)

let taken = 0 // places

createServer(admit).listen(port, host)

function admit(socket: Socket): void {
  socket.on('error', () => {}) // a reset: 'close' follows, as after every other end
  if (taken === maxConnections) {
    dismiss(socket, 'error busy')
    return
  }

  taken += 1
  socket.on('close', () => {
    taken -= 1
  })
  serve(socket)
}

function serve(socket: Socket): void {
  let count = 0
  let rest: Buffer = Buffer.alloc(0) // what came after the last LF: the beginning of a line
  const idle = setTimeout(giveUp, idleMs, 'error timeout')
  let line: NodeJS.Timeout | undefined // set while a line has begun and is not whole

  socket.on('data', read)
  socket.on('end', () => {
    if (rest.length > 0) answer(rest)
    clearTimeout(line)
  })
  socket.on('close', stopClocks)

  function read(chunk: Buffer): void {
    idle.refresh()
    rest = Buffer.concat([rest, chunk])

    socket.cork()
    let end = rest.indexOf(LF)
    while (end !== -1 && end <= MAX_LINE_BYTES) {
      answer(rest.subarray(0, end))
      rest = rest.subarray(end + 1)
      // This line is complete. What follows is another line, with a clock of its own.
      clearTimeout(line)
      line = undefined
      end = rest.indexOf(LF)
    }
    socket.uncork()

    if (rest.length > MAX_LINE_BYTES) giveUp('error line too long')
    else if (rest.length > 0) line ??= setTimeout(giveUp, lineMs, 'error timeout')
  }

  function answer(bytes: Buffer): void {
    count += 1
    const text = bytes.at(-1) === CR ? bytes.subarray(0, -1) : bytes
    socket.write(`${count} ${text.toString('latin1')}\n`, 'latin1')
  }

  function giveUp(why: string): void {
    stopClocks()
    rest = Buffer.alloc(0)
    dismiss(socket, why)
  }

  function stopClocks(): void {
    clearTimeout(idle)
    clearTimeout(line)
  }
}

/** Says why, then FIN. To avoid RST it reads on until the client ends, for at most `idleMs`. */
function dismiss(socket: Socket, why: string): void {
  socket.removeAllListeners('data')
  socket.removeAllListeners('end')
  socket.resume()
  socket.end(`${why}\n`)

  const patience = setTimeout(() => socket.destroy(), idleMs)
  socket.on('close', () => clearTimeout(patience))
}
