// socket.setTimeout() for the silence: it starts over with every byte, in either direction, and
// only tells. LINE_MS needs a timer of its own, and so does hanging up.
import { createServer, type Socket } from 'node:net'

const MAX_LINE_BYTES = 65_536
const {
  HOST = '127.0.0.1',
  PORT = 4000,
  IDLE_MS = 60_000,
  LINE_MS = 10_000,
  MAX_CONNECTIONS = 1000,
} = process.env

const served = new Set<Socket>()

const server = createServer((socket) => {
  socket.on('error', () => {})
  if (served.size >= Number(MAX_CONNECTIONS)) {
    dismiss(socket, 'error busy')
    return
  }
  served.add(socket)
  socket.on('close', () => served.delete(socket))

  let count = 0
  let rest = ''
  let lineTimer: NodeJS.Timeout | undefined
  const stop = (why: string) => {
    served.delete(socket) // the place is free when it has been told, not when it has left
    socket.setTimeout(0)
    clearTimeout(lineTimer)
    dismiss(socket, why)
  }
  const answer = (line: string) => {
    count += 1
    socket.write(`${count} ${line.endsWith('\r') ? line.slice(0, -1) : line}\n`, 'latin1')
  }

  socket.setEncoding('latin1')
  socket.setTimeout(Number(IDLE_MS), () => stop('error timeout'))
  socket.on('close', () => clearTimeout(lineTimer))
  socket.on('end', () => rest && answer(rest))
  socket.on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    if (lines.length > 0) {
      clearTimeout(lineTimer)
      lineTimer = undefined
    }
    const tooLong = [...lines, rest].findIndex((line) => line.length > MAX_LINE_BYTES)
    for (const line of tooLong < 0 ? lines : lines.slice(0, tooLong)) answer(line)
    if (tooLong >= 0) stop('error line too long')
    else if (rest) lineTimer ??= setTimeout(() => stop('error timeout'), Number(LINE_MS))
  })
})

function dismiss(socket: Socket, why: string): void {
  socket.removeAllListeners('data').removeAllListeners('end').resume()
  socket.end(`${why}\n`)
  const timer = setTimeout(() => socket.destroy(), Number(IDLE_MS))
  socket.on('close', () => clearTimeout(timer))
}

server.listen(Number(PORT), HOST)
