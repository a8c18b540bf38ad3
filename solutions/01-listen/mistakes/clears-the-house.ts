// Something is wrong with one connection, so it closes them all.
//
// fails: keeps the others when one client resets its connection
// says: bob

import { createServer, type Socket } from 'node:net'

const host = process.env.HOST ?? '127.0.0.1'
const port = Number(process.env.PORT ?? 4000)

const sockets = new Set<Socket>()

const server = createServer((socket) => {
  sockets.add(socket)
  socket.resume()
  socket.on('error', () => {
    for (const each of sockets) each.destroy()
  })
})

server.on('error', (error) => {
  console.error(error.message)
  process.exitCode = 1
})

server.listen(port, host)
