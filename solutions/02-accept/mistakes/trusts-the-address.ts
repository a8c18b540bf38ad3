// Assumes that a connection has an address. One that was reset before it was accepted has none.
//
// fails: keeps listening after a client that was gone before it was accepted
// says: bob

import { createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer((socket) => {
  const you = `${plain(socket.remoteAddress as string)}:${socket.remotePort}`
  const me = `${plain(socket.localAddress as string)}:${socket.localPort}`
  socket.end(`you are ${you}, I am ${me}\n`)
  socket.resume()
  socket.on('error', () => {})
})

server.listen(port, host)

/** 127.0.0.1 where a socket of both families says ::ffff:127.0.0.1. */
function plain(address: string): string {
  return address.replace('::ffff:', '')
}
