import { createServer, type Socket } from 'node:net'

const SIZE = 64

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)
const tickMs = Number(process.env.TICK_MS ?? 50)
const rejoinMs = Number(process.env.REJOIN_MS ?? 5000)

createServer(serve).listen(port, host)

console.error(`${SIZE} x ${SIZE} cells, a tick each ${tickMs} ms, a token is good for ${rejoinMs} ms`)

/** Called for each client that connects. */
function serve(socket: Socket): void {
  // TODO: read frames as in 07. JOIN makes a player, MOVE says what it wants.
  socket.destroy()
}

// What happens in a tick, and when the next one is due, goes here: it belongs to no single client.
