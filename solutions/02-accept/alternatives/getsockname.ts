// address() is getsockname(2): what the connected socket itself is bound to. PORT and HOST would
// say the same here, and something else on a server that listens on 0.0.0.0.

import { type AddressInfo, createServer } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const server = createServer()

server.on('connection', (socket) => {
  const me = socket.address() as AddressInfo
  const you = `${socket.remoteAddress}:${socket.remotePort}`
  socket.on('error', () => {})
  socket.on('data', () => {})
  socket.write(`you are ${you}, `)
  socket.write(`I am ${me.address}:${me.port}\n`)
  socket.end()
})

server.listen(port, host)
