import { createServer, type Socket } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)
const graceMs = Number(process.env.GRACE_MS ?? 5000)

const server = createServer({ allowHalfOpen: true }, serve).listen(port, host)

process.on('SIGTERM', leave)

function serve(socket: Socket): void {
  // TODO: answer ping and sleep, as in 10, and remember what leave() has to know about this one.
  socket.destroy()
}

/** Called at SIGTERM: somebody wants this process to end. It has `graceMs` milliseconds. */
function leave(): void {
  console.error(`asked to leave within ${graceMs} ms; is listening: ${server.listening}`)
}
