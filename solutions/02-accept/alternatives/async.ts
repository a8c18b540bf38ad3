// One function a client: say the line, then listen to the client's bytes until its end, for
// nothing.

import { createServer, type Socket } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer({ allowHalfOpen: true }, (socket) => {
  introduce(socket).catch(() => socket.destroy())
})

server.listen(port, host)

async function introduce(socket: Socket) {
  const you = `${socket.remoteAddress}:${socket.remotePort}`
  const me = `${socket.localAddress}:${socket.localPort}`
  socket.end(`you are ${you}, I am ${me}\n`)
  for await (const _bytes of socket);
}
