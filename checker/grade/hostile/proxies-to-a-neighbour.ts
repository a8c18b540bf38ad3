// Passes every connection on to the first other server that it finds, in the hope that it is somebody's right one.
//
// exercise: 01
// expect: fail

import { connect, createServer, type Socket } from 'node:net'

const own = Number(process.env.PORT)

function dial(port: number): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket))
    socket.on('error', () => resolve(undefined))
  })
}

createServer({ allowHalfOpen: true }, async (client) => {
  client.on('error', () => {})
  for (let port = 15_000; port < 31_000; port += 1) {
    const server = port === own ? undefined : await dial(port)
    if (!server) continue
    client.pipe(server).pipe(client)
    return
  }
}).listen(own, process.env.HOST)
