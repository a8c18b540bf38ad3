// Waits until a client is gone before it looks at the next. One client that stays keeps all others
// waiting.
//
// fails: tells each of several clients its own address and port
// says: nothing

import { on, once } from 'node:events'
import type { Socket } from 'node:net'
import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer()

server.listen(port, host)

for await (const [socket] of on(server, 'connection')) await introduce(socket)

async function introduce(socket: Socket) {
  const { remoteAddress, remotePort, localAddress, localPort } = socket
  socket.end(`you are ${remoteAddress}:${remotePort}, I am ${localAddress}:${localPort}\n`)
  socket.resume()
  socket.on('error', () => {})
  await once(socket, 'close')
}
