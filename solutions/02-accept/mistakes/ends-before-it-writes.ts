// Starts something that will write the line, does not wait for it, and closes.
//
// fails: tells a client its address and port
// says: ended the connection

import type { Socket } from 'node:net'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer((socket) => {
  socket.resume()
  socket.on('error', () => {})
  introduce(socket)
  socket.destroy()
})

server.listen(port, host)

async function introduce(socket: Socket) {
  const { remoteAddress, remotePort, localAddress, localPort } = socket
  await sleep(10)
  socket.write(`you are ${remoteAddress}:${remotePort}, I am ${localAddress}:${localPort}\n`)
}
